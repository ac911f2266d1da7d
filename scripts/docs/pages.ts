import { plan } from '../../stages/plan.ts';
import { createProgram } from '../cli/program.ts';
import { commandsPage } from './commands-page.ts';
import { readConfigurationPage } from './configuration-page.ts';
import { fieldMappingPage } from './field-mapping-page.ts';
import { grantsPage } from './grants-page.ts';
import { policiesPage } from './policies-page.ts';
import { withMessages } from './quoted-messages.ts';
import { reportSchema } from './report-schema.ts';

/** The text of every generated page, by its path in the project. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['docs/field-mapping.md', await fieldMappingPage(plan)],
    ['docs/policies.md', policiesPage(plan)],
    ['docs/configuration.md', await readConfigurationPage()],
    ['docs/commands.md', commandsPage(createProgram())],
    ['docs/control.md', await withMessages('docs/control.md')],
    ['docs/grants.sql', grantsPage(plan)],
    ['docs/report.schema.json', reportSchema()],
  ]);
}
