/** `npm run worker`: polls the task queue until it is told to stop; as many of them as wanted, on any hosts. */
import { runWorkerProcess } from './worker-process.ts';

process.exitCode = await runWorkerProcess();
