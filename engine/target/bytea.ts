/** Bytes as PostgreSQL's hex input of `bytea`, for use inside JSON and text parameters. */
export function byteaText(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return `\\x${buffer.toString('hex')}`;
}

/** As `byteaText`, null for null. */
export function byteaTextOrNull(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : byteaText(bytes);
}

/** The bytes of PostgreSQL's hex output of `bytea`. */
export function bytesOfBytea(text: string): Buffer {
  return Buffer.from(text.slice(2), 'hex');
}
