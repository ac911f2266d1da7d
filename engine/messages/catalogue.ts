/** Loads every message, so that each can be found by its code. */
import './engine/plan.ts';
import './engine/run.ts';
import './engine/source.ts';
import './engine/target.ts';
import './engine/verdict.ts';
import './labels/findings.ts';
import './labels/references.ts';
import './labels/report.ts';
import './lines.ts';
import './operations/backup.ts';
import './operations/maintenance.ts';
import './operations/monitor.ts';
import './operations/smoke.ts';
import './workflows/blocked.ts';
import './workflows/details.ts';
import './workflows/monitor.ts';
import './workflows/progress.ts';
import './workflows/refusals.ts';

export { inKorean, loadedMessages, type Message } from './message.ts';
