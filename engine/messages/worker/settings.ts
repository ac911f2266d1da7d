import { message } from '../message.ts';

/** What is wrong with a setting. No sentence holds its value. */
export const mongodbUriMissing = message('setting.mongodbUriMissing', {
  en: 'MONGODB_URI is not set: name the MongoDB to migrate in the environment or in .env.',
  ko: 'MONGODB_URI를 지정하지 않았습니다. 옮길 MongoDB를 환경 변수나 .env에 지정하십시오.',
});
export const databaseUrlNotSet = message('setting.databaseUrlMissing', {
  en: 'DATABASE_URL is not set: name the PostgreSQL to fill in the environment or in .env.',
  ko: 'DATABASE_URL을 지정하지 않았습니다. 채울 PostgreSQL을 환경 변수나 .env에 지정하십시오.',
});
export const mongodbUriForm = message('setting.mongodbUriForm', {
  en: 'MONGODB_URI is not of the form mongodb://user:password@host:port/database.',
  ko: 'MONGODB_URI가 mongodb://user:password@host:port/database 형식이 아닙니다.',
});
export const sourceUriForm = message('setting.sourceUriForm', {
  en: '{name} is neither mongodb://…/database nor dump:<folder or archive>.',
  ko: '{name}이(가) mongodb://…/database도 dump:<폴더나 아카이브>도 아닙니다.',
});
export const notOneOf = message('setting.notOneOf', {
  en: '{name} is not one of {values}.',
  ko: '{name}이(가) 다음 중 하나가 아닙니다: {values}.',
});
export const metricsAddressForm = message('setting.metricsAddressForm', {
  en: 'METRICS_ADDRESS is not of the form 127.0.0.1:9464.',
  ko: 'METRICS_ADDRESS가 127.0.0.1:9464 형식이 아닙니다.',
});
export const payloadKeysForm = message('setting.payloadKeysForm', {
  en: 'PAYLOAD_KEYS is not a list of {bytes} bytes each, in base64 and with commas between them: openssl rand -base64 {bytes} makes one.',
  ko: 'PAYLOAD_KEYS가 각 {bytes}바이트의 base64를 쉼표로 구분한 목록이 아닙니다. openssl rand -base64 {bytes}로 하나를 만드십시오.',
});
export const smokeTestsFileForm = message('setting.smokeTestsFileForm', {
  en: 'SMOKE_TESTS_FILE is no module: its name ends in .ts, .js or .mjs.',
  ko: 'SMOKE_TESTS_FILE이 모듈이 아닙니다. 이름이 .ts, .js, .mjs로 끝나야 합니다.',
});
export const temporalSettings = message('setting.temporal', {
  en: 'Temporal’s settings (TEMPORAL_*, temporal.toml) cannot be used: {why}.',
  ko: 'Temporal 설정(TEMPORAL_*, temporal.toml)을 사용할 수 없습니다: {why}.',
});
