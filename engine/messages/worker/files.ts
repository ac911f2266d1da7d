import { message } from '../message.ts';

/** What is wrong with a file that a setting names; its values are in no sentence. */
export const wrongInFile = message('file.wrong', {
  en: '{setting}: {where} {why}.',
  ko: '{setting}: {where}: {why}.',
});
export const fileUnreadable = message('file.unreadable', {
  en: '{setting} cannot be read.',
  ko: '{setting}을(를) 읽을 수 없습니다.',
});
export const fileNotJson = message('file.notJson', {
  en: '{setting} is not JSON.',
  ko: '{setting}이(가) JSON이 아닙니다.',
});
/** What a policy may be stands in the engine; this names the file that declares it. */
export const inFile = message('file.in', { en: '{setting}: {problem}', ko: '{setting}: {problem}' });
export const notPolicy = message('file.notPolicy', {
  en: 'POLICIES_FILE: {where} is no policy.',
  ko: 'POLICIES_FILE: {where}은(는) 정책이 아닙니다.',
});

/** MAINTENANCE_FILE. */
export const notAbsolutePath = message('maintenanceFile.notAbsolute', {
  en: 'is not an absolute path',
  ko: '절대 경로가 아닙니다',
});
export const sameActionName = message('maintenanceFile.sameName', {
  en: 'MAINTENANCE_FILE: two actions of "{direction}" have the same name.',
  ko: 'MAINTENANCE_FILE: "{direction}"에 이름이 같은 조치가 둘 있습니다.',
});
export const actionNeeds = message('maintenanceFile.needs', {
  en: 'MAINTENANCE_FILE: {where} needs {name}, which is not set.',
  ko: 'MAINTENANCE_FILE: {where}에 필요한 {name}을(를) 지정하지 않았습니다.',
});
export const actionUrlForm = message('maintenanceFile.urlForm', {
  en: 'MAINTENANCE_FILE: {where} has a url that is not http://… or https://….',
  ko: 'MAINTENANCE_FILE: {where}의 url이 http://…나 https://…가 아닙니다.',
});
export const getHasBody = message('maintenanceFile.getHasBody', {
  en: 'MAINTENANCE_FILE: {where} has a body, which GET cannot send.',
  ko: 'MAINTENANCE_FILE: {where}에 GET으로 보낼 수 없는 본문이 있습니다.',
});
export const nothingToBlock = message('maintenanceFile.nothingToBlock', {
  en: 'MAINTENANCE_FILE: {where} has no MongoDB to block the writes of: give it a uri.',
  ko: 'MAINTENANCE_FILE: {where}에 쓰기를 막을 MongoDB가 없습니다. uri를 지정하십시오.',
});

/** MONITOR_FILE. */
export const monitorVariableMissing = message('monitorFile.variableMissing', {
  en: 'MONITOR_FILE: {name} is not set.',
  ko: 'MONITOR_FILE: {name}을(를) 지정하지 않았습니다.',
});
export const notHttpAddress = message('monitorFile.notHttp', {
  en: 'is no http:// or https:// address',
  ko: 'http://나 https:// 주소가 아닙니다',
});
export const notHeaderName = message('monitorFile.notHeader', {
  en: 'is no name of a header',
  ko: '헤더 이름이 아닙니다',
});
export const sameCheckName = message('monitorFile.sameName', {
  en: 'has two checks of the same name',
  ko: '이름이 같은 점검이 둘 있습니다',
});
export const noTableOfPlan = message('monitorFile.noTable', {
  en: 'is no table of the plan',
  ko: '계획에 없는 테이블입니다',
});
export const noColumnOfTable = message('monitorFile.noColumn', {
  en: 'names {column}, which is no column of it',
  ko: '없는 컬럼 {column}을(를) 가리킵니다',
});
export const rootNotAlone = message('monitorFile.rootNotAlone', {
  en: 'is of a root, whose own updatedAt is renewed: it cannot be alone',
  ko: '루트의 테이블이라 자신의 updatedAt이 갱신되므로 alone일 수 없습니다',
});
