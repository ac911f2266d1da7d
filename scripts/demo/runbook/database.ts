import { connectTarget, schemaOf } from '../../../prisma/connection/target.ts';

/**
 * Lets PostgreSQL refuse payments once half of them are there, as a full disk would.
 * @param after payments that go in before
 */
export function breakPayments(databaseUrl: string, after: number): Promise<void> {
  return onDatabase(
    databaseUrl,
    `CREATE FUNCTION rehearsed_fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       IF (SELECT count(*) FROM "Payment") >= ${Math.trunc(after)} THEN
         RAISE EXCEPTION 'rehearsed fault' USING ERRCODE = 'disk_full';
       END IF;
       RETURN NULL;
     END $$;
     CREATE TRIGGER rehearsed_fault BEFORE INSERT ON "Payment" EXECUTE FUNCTION rehearsed_fault()`,
  );
}

export function mendPayments(databaseUrl: string): Promise<void> {
  return onDatabase(databaseUrl, 'DROP TRIGGER rehearsed_fault ON "Payment"; DROP FUNCTION rehearsed_fault()');
}

/** A table of somebody else's, so that a restore has something to bring back. */
export function addTheirOwn(databaseUrl: string): Promise<void> {
  return onDatabase(
    databaseUrl,
    `CREATE TABLE "TheirOwn" AS SELECT n AS id, 'row ' || n AS name FROM generate_series(1, 500) AS n`,
  );
}

/** One value, as text; null when there is no row. */
export async function oneOf(databaseUrl: string, sql: string): Promise<string | null> {
  const client = await connectTarget(databaseUrl, schemaOf(databaseUrl));
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    const [value] = Object.values(rows[0] ?? {});
    return value === undefined || value === null ? null : String(value);
  } finally {
    await client.end();
  }
}

async function onDatabase(databaseUrl: string, sql: string): Promise<void> {
  const client = await connectTarget(databaseUrl, schemaOf(databaseUrl));
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
