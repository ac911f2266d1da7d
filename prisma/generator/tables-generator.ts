/**
 * Prisma generator, run by `prisma generate`: writes the target of prisma/schema.prisma (table, column and constraint
 * names, column types, enum labels) as constants, typed by their names.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import helper, { type GeneratorOptions } from '@prisma/generator-helper';
import { describeTarget } from '../model/describe-target.ts';

function render(options: GeneratorOptions): string {
  const { tables, enums } = describeTarget(options.dmmf.datamodel);
  return [
    '// Written by prisma/generator/tables-generator.ts; changes here are lost.',
    "import type { EnumType, Table } from '../model/target-model.ts';\n",
    `export const enums = ${JSON.stringify(enums, null, 2)} as const satisfies Record<string, EnumType>;\n`,
    `export const tables = ${JSON.stringify(tables, null, 2)} as const satisfies Record<string, Table>;\n`,
  ].join('\n');
}

helper.generatorHandler({
  onManifest: () => ({ prettyName: 'table names', defaultOutput: './generated/tables.ts' }),
  onGenerate: async (options) => {
    const file = options.generator.output?.value;
    if (!file) throw new Error('The generator "tables" has no output in prisma/schema.prisma.');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, render(options));
  },
});
