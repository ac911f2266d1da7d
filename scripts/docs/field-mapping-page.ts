import { markdownTable } from '../../engine/common/shown-text.ts';
import { FINDING_CODES } from '../../engine/messages/labels/findings.ts';
import { REFUSAL_CODES } from '../../engine/messages/labels/refusals.ts';
import type { Words } from '../../engine/messages/message.ts';
import { type ComparedColumn, comparedColumns } from '../../engine/plan/columns/compared-columns.ts';
import type { Plan, Stage } from '../../engine/plan/stage.ts';
import { tableOf } from '../../engine/plan/stage-tables.ts';
import { plainPath, shownPath } from '../../engine/transform/probe/probe-document.ts';
import { undeclared } from '../../engine/verify/second-reader/shape.ts';
import { code, columnName, columnType, missingText, modelSide, ruleOf } from './describe-field.ts';
import { homelessFields, type MappedField, type MappedStage, mapStage, unreachedColumns } from './map-fields.ts';

const INTRODUCTION = `# Field mapping

Written by \`npm run docs\`; changes made here are lost.

Every field of every collection, and its result. No list here is kept by hand: the generator makes a document that has
everything, runs the stage’s own check and transform over it, changes one field at a time, and records which columns change.
The rules of missing, empty, too long and dangling values were observed the same way.

- **refused**: the whole document is quarantined with that code, and so is every document that refers to it (\`cascade\`).
- A code in brackets without “refused” is a **finding**: the document moves, and the finding is reported.
- A [policy](policies.md) can turn a refusal into a finding; this page applies without policies.
- A **leftover** is a value without a column; it is kept in \`migration_leftover\`.

## How values are read

| kind | accepted | not accepted |
| --- | --- | --- |
| text | strings as they are; other types as Mongoose casts them (\`cast\`), dates as ISO, long integers and Decimal128 with all digits | U+0000 (\`nul\`), lone surrogates (\`loneSurrogate\`), damaged UTF-8 (\`invalidUtf8\`), code, regular expressions and keys without a value (\`bsonType\`) |
| number | 32- and 64-bit integers, doubles and Decimal128, exact; text that Mongoose casts (\`cast\`); rounding noise of doubles is removed (\`floatNoise\`) | NaN and infinities (\`notFinite\`); numbers that do not fit the column: \`moneyScale\`, \`decimalScale\`, \`notInteger\`, \`numberRange\`. Nothing else is ever rounded |
| date | BSON dates; ISO text with its offset, bare dates, milliseconds, whole-second timestamps (\`cast\`, \`subMillisecond\`) | text without an offset and numbers below 10^11 in size (\`ambiguousDate\`); what PostgreSQL cannot hold (\`invalidDate\`) |
| boolean | booleans; what Mongoose casts (\`cast\`) | the rest (\`cast\`) |
| reference | an \`_id\` of any type; 24 hex digits as text, a DBRef, an embedded object (\`referenceForm\`) | types that cannot refer (\`referenceType\`): refused if required, otherwise NULL |
| JSON | any value; types that JSON lacks as MongoDB Extended JSON | U+0000 and lone surrogates at any depth |
| array | arrays; a single value counts as its only element (\`notAnArray\`) | null elements are dropped (\`nullElement\`) |

A missing required value is refused (\`required\`) unless the model has a default for it; null is refused even then, as in
Mongoose. A field that the model does not know is a leftover (\`unknownField\`); if a column of the document's
tables has its name, in whatever case, the run blocks until the plan maps the field or its stage skips it with a reason. Mongoose’s \`__v\` is not moved. A missing time
never becomes the time of the migration: it is read from an ObjectId, or the document is refused (\`noTime\`).`;

/**
 * docs/field-mapping.md.
 * @throws Error when a field ends up nowhere, or a column follows nothing
 */
export async function fieldMappingPage(plan: Plan): Promise<string> {
  const mapped: MappedStage[] = [];
  for (const stage of plan.stages) mapped.push(await mapStage(stage));
  const lost = [...homelessFields(mapped), ...unreachedColumns(mapped)];
  if (lost.length > 0) throw new Error(`No probe finds what becomes of ${lost.join(', ')}.`);
  const parts = [INTRODUCTION, ...mapped.map(stageSection), enumSection(plan), codeSection()];
  return `${parts.join('\n\n')}\n`;
}

function stageSection(mapped: MappedStage): string {
  const { stage } = mapped;
  const parts = [
    `## ${stage.collection} → ${stage.tables.map(({ table }) => table).join(', ')}`,
    `Stage ${code(stage.name)}, model ${code(stage.modelName)}. ${comparedFigures(stage)}`,
    fieldTable(mapped, ''),
  ];
  for (const { path, table } of stage.children) {
    const rows = fieldTable(mapped, path);
    if (rows === null) continue;
    parts.push(`### ${stage.collection}.${path} → ${table}`, rows);
  }
  return parts.filter((part) => part !== null).join('\n\n');
}

function comparedFigures(stage: Stage): string {
  const columns = comparedColumns(stage);
  const counted = stage.tables.length === 1 ? 'its rows' : 'the rows of its tables';
  const nulls = columns.filter(({ column }) => column.nullable).length;
  const named = (kind: ComparedColumn['kind']) =>
    columns.filter((each) => each.kind === kind).map(({ path }) => code(path));
  const derived = undeclared(stage).map(code).join(', ');
  const rederived = derived === '' ? '' : ` Compared with re-derived rows only: ${derived}.`;
  const summed = [...named('number'), ...named('date')].join(', ');
  return `Verification counts ${counted} and the NULLs of ${nulls} columns, and compares sum, least and greatest of ${summed}.${rederived}`;
}

/** The fields at one level: the root's (empty path), or those of an array's elements. Null when there are none. */
function fieldTable(mapped: MappedStage, array: string): string | null {
  const fields = mapped.fields.filter((one) => levelOf(mapped.stage, one) === array);
  const ids = idRows(mapped, array);
  if (fields.length === 0 && ids.length === 0) return null;
  const rows = fields
    .filter(isShown)
    .map((one) => [
      code(shownPath(one.placed.place)),
      modelSide(one.placed.field),
      one.placed.field.kind === 'documents' ? code(tableOfArray(mapped.stage, one)) : one.to.map(columnName).join(', '),
      one.placed.field.kind === 'documents' ? 'table' : one.to.map(columnType).join(', '),
      ruleOf(mapped.stage, one),
      missingText(one),
    ]);
  return markdownTable(['source', 'Mongoose', 'target', 'PostgreSQL', 'rule', 'when missing'], [...ids, ...rows]);
}

/** Groups whose members have their own columns are shown by their members. */
const isShown = ({ placed, to }: MappedField) => placed.field.kind !== 'nested' || to.length > 0;

/** The array of sub-documents that a field stands in; an array itself stands where it is named. */
function levelOf(stage: Stage, { placed }: MappedField): string {
  const inside = placed.place.lastIndexOf(0);
  if (inside >= 0) return plainPath(placed.place.slice(0, inside));
  const path = plainPath(placed.place);
  const single = stage.children.find((one) => one.single === true && path.startsWith(`${one.path}.`));
  return single?.path ?? '';
}

function tableOfArray(stage: Stage, { placed }: MappedField): string {
  return stage.children.find(({ path }) => path === plainPath(placed.place))!.table;
}

function idRows({ stage, ids, places, withoutId }: MappedStage, array: string): string[][] {
  const child = stage.children.find(({ path }) => path === array);
  const table: string = child?.table ?? stage.tables[0]!.table;
  const own = (ids.get(child?.single ? '' : array) ?? []).filter(
    (one) => one.table === table && one.column.field === 'id',
  );
  const decided = (ids.get(array) ?? []).filter((one) => !own.includes(one));
  if (child?.single) {
    const rule = 'computed from the root’s `_id` and the path';
    return own.map((one) => [code(array), 'group', columnName(one), columnType(one), rule, '']);
  }
  const rows = own.map((one) => [
    code(array === '' ? '_id' : `${array}[]._id`),
    array === '' ? 'any type' : 'ObjectId',
    columnName(one),
    columnType(one),
    [
      array === ''
        ? 'computed: an ObjectId becomes a UUIDv7, any other type a UUIDv8'
        : 'computed: a UUIDv8 over root, path and `_id`',
      ...(decided.length === 0 ? [] : [`also decides ${decided.map(columnName).join(', ')}`]),
    ].join('; '),
    array === '' ? '' : `from its index (${(withoutId.get(array)?.findings ?? []).map(code).join(', ')})`,
  ]);
  for (const one of places.get(array) ?? []) {
    rows.push([code(`${array}[]`), 'index in the array', columnName(one), columnType(one), 'counted from 0', '']);
  }
  return rows;
}

function enumSection(plan: Plan): string {
  const used = new Set(
    plan.stages.flatMap((stage) =>
      stage.tables.flatMap(({ table }) => tableOf(stage, table).columns.map(({ enumName }) => enumName)),
    ),
  );
  const rows = Object.entries(plan.target.enums)
    .filter(([name]) => used.has(name))
    .map(([name, { labels }]) => [
      code(name),
      Object.entries(labels)
        .map(([member, label]) => `${label} → ${code(member)}`)
        .join(' · '),
    ]);
  return `## Enums\n\nThe stored label is the source’s own text; Prisma’s client shows the member.\n\n${markdownTable(['type', 'source value → Prisma member'], rows)}`;
}

function codeSection(): string {
  const rows = (codes: Readonly<Record<string, Words>>) =>
    Object.entries(codes).map(([name, { en }]) => [code(name), en]);
  return [
    '## Findings',
    'The document moves. Findings that a healthy collection has by the million (defaults, unknown fields, times taken from ids) are counted, with some samples; every other one is a row of `migration_finding` with the old value.',
    markdownTable(
      ['code', 'meaning'],
      rows(FINDING_CODES).filter(([name]) => !name!.includes('=')),
    ),
    'Each use of a policy is a finding, too: [policies](policies.md).',
    '## Refusals',
    'The document is kept whole, as raw BSON, in `migration_quarantine`, with code, path and, if the database refused it, the database’s message.',
    markdownTable(['code', 'meaning'], rows(REFUSAL_CODES)),
  ].join('\n\n');
}
