import type { Column, TargetModel } from '../../../prisma/model/target-model.ts';
import type { Declared, Declares } from '../../plan/declare.ts';
import { type Form, formOf } from './values/form.ts';

/** What the second reader is told of a stage; all of it is declared. */
export interface DeclaredStage {
  readonly name: string;
  readonly collection: string;
  readonly idCollection: string;
  readonly tables: readonly { readonly table: string; readonly root: string }[];
  readonly children: readonly {
    readonly path: string;
    readonly table: string;
    readonly collection: string;
    readonly single?: boolean;
  }[];
  readonly declares: Declares;
  readonly target: Pick<TargetModel, 'tables'>;
  readonly policies: { readonly rules: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
}

/** A column that one path tells. */
export interface Leaf {
  /** Places of its table in the stage and of its column in a row. */
  readonly table: number;
  readonly index: number;
  /** `Table.field` */
  readonly where: string;
  readonly column: Column;
  readonly declared: Extract<Declared, { path: string }>;
  readonly form: Form;
}

/** The names of an object that are declared. */
export interface Level {
  readonly names: ReadonlyMap<string, Slot>;
  readonly slots: readonly Slot[];
  /** The name that stood at each place of the last object that had it there. */
  readonly usual: Slot[];
  /** Type, place and end of each slot’s value in the object at hand. */
  readonly seen: Int32Array;
}

export interface Slot {
  readonly index: number;
  readonly name: string;
  readonly nameBytes: Buffer;
  /** The columns that its value tells. */
  readonly leaves: readonly Leaf[];
  /** A nested object. */
  readonly group: Level | null;
  readonly children: Children | null;
}

/** An array whose elements become rows. */
export interface Children {
  readonly path: string;
  readonly table: TableShape;
  readonly level: Level;
}

/** A column that the place of its row tells. */
export interface Linked {
  readonly index: number;
  readonly where: string;
  readonly declared: Extract<Declared, { kind: 'own' | 'place' | 'link' }>;
}

export interface TableShape {
  readonly name: string;
  readonly place: number;
  /** As SQL has it: quoted, with its schema where it is not the connection's own. */
  readonly sqlName: string;
  /** The column that leads to the document’s row, quoted, and the place of the row's own id. */
  readonly root: string;
  readonly id: number;
  /** The place of the column that `createdAt` of the document fills; null where there is none. */
  readonly createdAt: number | null;
  readonly selects: readonly string[];
  readonly linked: readonly Linked[];
}

export interface StageShape extends DeclaredStage {
  readonly shapes: readonly TableShape[];
  readonly childCollections: readonly string[];
  /** Tables of single sub-documents, by path. */
  readonly singles: readonly { readonly path: string; readonly table: TableShape }[];
  readonly level: Level;
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

const shapes = new WeakMap<DeclaredStage, StageShape>();

/** A stage's declarations, sorted by where their values stand. */
export function shapeOf(stage: DeclaredStage): StageShape {
  const known = shapes.get(stage);
  if (known !== undefined) return known;
  const tableShapes = stage.tables.map(({ table, root }, place) => tableShape(stage, table, root, place));
  const shape: StageShape = {
    ...stage,
    shapes: tableShapes,
    childCollections: [...new Set(stage.children.map(({ collection }) => collection))],
    singles: stage.children
      .filter(({ single }) => single === true)
      .map(({ path, table }) => ({ path, table: tableShapes.find(({ name }) => name === table)! })),
    level: new LevelMaker(stage, tableShapes).level(''),
  };
  shapes.set(stage, shape);
  return shape;
}

function tableShape({ declares, target }: DeclaredStage, name: string, root: string, place: number): TableShape {
  const table = target.tables[name]!;
  const linked = table.columns.flatMap(({ field }, index): Linked[] => {
    const declared = declares[name]?.[field];
    if (declared?.kind !== 'own' && declared?.kind !== 'place' && declared?.kind !== 'link') return [];
    return [{ index, where: `${name}.${field}`, declared }];
  });
  const created = table.columns.findIndex(({ field }) => {
    const declared = declares[name]?.[field];
    return declared?.kind === 'time' && declared.path === 'createdAt';
  });
  return {
    ...{ name, place, linked, createdAt: created < 0 ? null : created },
    sqlName: table.schema === null ? quoted(table.table) : `${quoted(table.schema)}.${quoted(table.table)}`,
    root: quoted(table.columns.find(({ field }) => field === root)!.column),
    id: table.columns.findIndex(({ field }) => field === table.primaryKey.fields[0]),
    selects: table.columns.map(selectOf),
  };
}

/** What is selected to read a column as PostgreSQL writes its value; of a list, each element. */
function selectOf({ column, kind, array }: Column): string {
  if (!array) return quoted(column);
  const isText = kind === 'text' || kind === 'enum' || kind === 'uuid' || kind === 'bytes';
  return `array_to_json(${quoted(column)}${isText ? '' : '::text[]'})::text`;
}

/** The reference that a path of a stage's documents is declared to be. */
export function referenceAt({ declares }: Pick<DeclaredStage, 'declares'>, path: string): Declared | undefined {
  const all = Object.values(declares).flatMap((columns) => Object.values(columns));
  return all.find((declared) => declared.kind === 'reference' && declared.path === path);
}

/** The columns of a stage that no declaration tells; these only the comparison with re-derived rows sees to. */
export function undeclared({
  tables,
  declares,
  target,
}: Pick<DeclaredStage, 'tables' | 'declares' | 'target'>): string[] {
  return tables.flatMap(({ table }) =>
    target.tables[table]!.columns.filter(
      ({ field }) => (declares[table]?.[field]?.kind ?? 'derived') === 'derived',
    ).map(({ field }) => `${table}.${field}`),
  );
}

class LevelMaker {
  readonly #stage: DeclaredStage;
  readonly #tables: readonly TableShape[];
  readonly #leaves: readonly Leaf[];

  constructor(stage: DeclaredStage, tableShapes: readonly TableShape[]) {
    this.#stage = stage;
    this.#tables = tableShapes;
    this.#leaves = stage.tables.flatMap(({ table }, place) => leavesOf(stage, table, place));
  }

  /** @param prefix of the paths of its members, with a dot behind */
  level(prefix: string): Level {
    const paths = [
      ...this.#leaves.map(({ declared }) => declared.path),
      ...this.#stage.children.filter(({ single }) => single !== true).map(({ path }) => path),
    ];
    const below = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
    const names = [...new Set(below.map((path) => path.split('.')[0]!))];
    const slots = names.map((name, index): Slot => this.#slot(prefix + name, name, index));
    // Names are looked up by the very bytes of the document.
    const byName = new Map(slots.map((slot) => [Buffer.from(slot.name).toString('latin1'), slot]));
    return { names: byName, slots, usual: [], seen: new Int32Array(3 * slots.length) };
  }

  #slot(path: string, name: string, index: number): Slot {
    const leaves = this.#leaves.filter(({ declared }) => declared.path === path);
    const array = this.#stage.children.find((one) => one.path === path && one.single !== true);
    const table = this.#tables.find((one) => one.name === array?.table);
    const slot = { index, name, nameBytes: Buffer.from(name), leaves, group: null, children: null };
    if (leaves.length > 0) return slot;
    const level = this.level(`${path}.`);
    return table === undefined ? { ...slot, group: level } : { ...slot, children: { path, table, level } };
  }
}

function leavesOf({ declares, target }: DeclaredStage, name: string, table: number): Leaf[] {
  return target.tables[name]!.columns.flatMap((column, index): Leaf[] => {
    const declared = declares[name]?.[column.field];
    if (declared === undefined || !('path' in declared)) return [];
    return [{ table, index, column, declared, where: `${name}.${column.field}`, form: formOf(declared, column) }];
  });
}
