import { message } from '../message.ts';

/** Lines of a worker’s log. */
export const workerAtWork = message('log.workerAtWork', {
  en: 'The worker is at work.',
  ko: '워커가 작업을 시작했습니다.',
});
export const workerTakesSteps = message('log.workerTakesSteps', {
  en: 'The worker takes the steps of this source and target.',
  ko: '워커가 이 원본과 대상의 단계를 맡습니다.',
});
export const workerCannotTakeSteps = message('log.workerCannotTakeSteps', {
  en: 'The worker cannot take steps yet.',
  ko: '워커가 아직 단계를 맡을 수 없습니다.',
});
export const workerEnds = message('log.workerEnds', {
  en: 'The worker ends at the next batch boundary.',
  ko: '워커가 다음 배치 경계에서 종료합니다.',
});
export const workerEnded = message('log.workerEnded', {
  en: 'The worker has ended.',
  ko: '워커가 종료되었습니다.',
});
export const temporalAway = message('log.temporalAway', {
  en: 'Temporal does not answer: the worker keeps asking until it does.',
  ko: 'Temporal이 응답하지 않습니다. 응답할 때까지 계속 시도합니다.',
});
export const preflightPassed = message('log.preflightPassed', {
  en: 'The preflight passed.',
  ko: '사전 점검을 통과했습니다.',
});
export const maintenanceActionDone = message('log.maintenanceActionDone', {
  en: 'The maintenance action is done.',
  ko: '메인터넌스 조치를 마쳤습니다.',
});
export const maintenanceLine = message('log.maintenance', {
  en: 'maintenance {direction}: {line}',
  ko: '메인터넌스 {direction}: {line}',
});
export const sendersUnknown = message('log.sendersUnknown', {
  en: 'The report does not name the senders of some messages: Temporal’s history cannot be read.',
  ko: 'Temporal 기록을 읽을 수 없어 일부 메시지의 보낸 사람을 리포트에 적지 못합니다.',
});
export const prismaSlower = message('log.prismaSlower', {
  en: 'Prisma takes much longer than Mongoose to answer this question.',
  ko: '이 질문에 Prisma가 Mongoose보다 훨씬 오래 걸립니다.',
});
export const allCompared = message('log.allCompared', {
  en: '{why} All documents were compared instead.',
  ko: '{why} 대신 모든 문서를 비교했습니다.',
});
