import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import { projectFolder } from '../servers/project.ts';

/**
 * docs/report.schema.json: what report.json holds, as JSON Schema (draft 2020-12). It is derived from the type `Facts`
 * and its comments, so that the type stays the only declaration of a report's shape.
 */
export function reportSchema(): string {
  const generated = createGenerator({
    path: join(projectFolder, 'engine', 'report', 'facts', 'facts.ts'),
    tsconfig: join(projectFolder, 'tsconfig.json'),
    type: 'Facts',
    expose: 'export',
    topRef: false,
    // `npm run typecheck` does that.
    skipTypeCheck: true,
  }).createSchema('Facts');
  const { definitions = {}, $schema: _draft7, ...facts } = generated;
  const { Facts: _self, ...others } = definitions;
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'report.json of mongo-to-prisma',
    ...facts,
    $defs: others,
  };
  return `${JSON.stringify(schema, null, 2).replaceAll('"#/definitions/', '"#/$defs/')}\n`;
}
