/** What the platform may do to rows of one table that were moved: columns are Prisma's field names. */
export interface TableRule {
  /** Columns that no legitimate change touches. */
  readonly immutable: readonly string[];
  /** Columns that are fixed as soon as an enum column has held one of these labels. */
  readonly fixed: readonly Fixed[];
  /** By enum column: from each label, those that may follow it directly. Columns without an entry may change freely. */
  readonly transitions: Readonly<Record<string, Transitions>>;
  /** Whether its rows may be deleted. */
  readonly deletable: boolean;
  /** Whether the platform changes its rows without renewing `updatedAt` of the root row; never true for a root's table. */
  readonly alone: boolean;
  /** Columns that the transform computes from other rows of the target, which may have changed since. */
  readonly computed: readonly string[];
  /** The column that says when a row came into being: new rows from before the switch are told. Null: it is not asked. */
  readonly born: string | null;
}

export interface Fixed {
  readonly column: string;
  readonly labels: readonly string[];
  readonly columns: readonly string[];
}

export type Transitions = Readonly<Record<string, readonly string[]>>;

/** What the platform may do, by table. */
export type Rules = Readonly<Record<string, TableRule>>;

/** What holds for a table that nothing is declared for: everything but its ids and its birth may change. */
export const OPEN: TableRule = {
  immutable: ['id', 'createdAt'],
  fixed: [],
  transitions: {},
  deletable: true,
  alone: false,
  computed: [],
  born: null,
};

/** The rules with those of a file over them, member by member. */
export function withRules(rules: Rules, declared: Readonly<Record<string, Partial<TableRule>>>): Rules {
  const merged = Object.entries(declared).map(([table, rule]) => [table, { ...ruleOf(rules, table), ...rule }]);
  return { ...rules, ...Object.fromEntries(merged) };
}

export function ruleOf(rules: Rules, table: string): TableRule {
  return rules[table] ?? OPEN;
}

/** Whether a label may have become another one by one change or by several. */
export function mayBecome(transitions: Transitions, from: string, to: string): boolean {
  const reached = new Set([from]);
  for (const label of reached) for (const next of transitions[label] ?? []) reached.add(next);
  return reached.has(to);
}
