export { migration } from './migration.ts';
export { monitor } from './monitor.ts';
