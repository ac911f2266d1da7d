import { DEFAULT_WORKFLOW_ID } from '../../../worker/settings.ts';
import { io } from '../io.ts';

/** The option of every command that concerns one migration. */
export const workflowId = ['--workflow-id <id>', 'the migration’s workflow id', DEFAULT_WORKFLOW_ID] as const;

/**
 * What `--source` is given, as an option's parser: a login in it is told of, since arguments can be read by everybody on
 * the host, and stay in the shell's history.
 */
export function sourceUri(text: string): string {
  if (/^mongodb(\+srv)?:\/\/.*:.*@/s.test(text)) {
    io().err.write(
      '--source holds a password, which everybody on this host can read in the list of processes: name the source by SOURCE_URI in the environment or in .env.\n',
    );
  }
  return text;
}
