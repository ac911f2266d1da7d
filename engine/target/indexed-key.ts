/** Bytes of a key beyond which an index holds its beginning and its hash instead. */
const LONGEST = 1_000;
/** With the hash's 32 bytes one more than an ordinary key can have: no two keys ever meet. */
const BEGINNING = LONGEST + 1 - 32;

/**
 * What the side tables' indexes hold of a key: the key itself, and of one beyond 1,000 bytes its beginning and its SHA-256,
 * since PostgreSQL's B-tree takes no row beyond some 2,700 bytes. Whatever looks keys up, pages over them, orders by them
 * for a page or names them in ON CONFLICT says it by this; the column alone finds no index.
 * @param key a column or any other expression of type bytea; it is evaluated several times
 */
export const indexed = (key: string) =>
  `(CASE WHEN octet_length(${key}) > ${LONGEST} THEN substr(${key}, 1, ${BEGINNING}) || sha256(${key}) ELSE ${key} END)`;

/** The condition for entries of the ID map that are whole documents. @param map the table's name in the statement */
export const isRoot = (map = 'migration_id_map') => `${indexed(`${map}.parent_key`)} = ''::bytea`;
