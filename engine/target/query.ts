/** Runs one read-only statement on the target, outside the batch's transaction; values come back as text. */
export type Query = (sql: string, params: readonly unknown[]) => Promise<(string | null)[][]>;
