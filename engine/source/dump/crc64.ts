/**
 * CRC-64 as mongodump's archives carry it (ECMA-182 polynomial, reflected, as Go's hash/crc64 computes it), over
 * 32-bit halves and eight bytes at a time: BigInt would be a hundred times slower.
 */
const POLYNOMIAL_HIGH = 0xc96c5795;
const POLYNOMIAL_LOW = 0xd7870f42;

const LOW = new Uint32Array(8 * 256);
const HIGH = new Uint32Array(8 * 256);

for (let byte = 0; byte < 256; byte++) {
  let low = byte;
  let high = 0;
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (odd) {
      low ^= POLYNOMIAL_LOW;
      high ^= POLYNOMIAL_HIGH;
    }
  }
  LOW[byte] = low;
  HIGH[byte] = high;
}
for (let entry = 256; entry < 8 * 256; entry++) {
  const before = entry - 256;
  const byte = LOW[before]! & 0xff;
  LOW[entry] = ((LOW[before]! >>> 8) | (HIGH[before]! << 24)) ^ LOW[byte]!;
  HIGH[entry] = (HIGH[before]! >>> 8) ^ HIGH[byte]!;
}

/** A running CRC-64. */
export class Crc64 {
  private low = 0xffffffff | 0;
  private high = 0xffffffff | 0;

  update(bytes: Uint8Array): void {
    let { low, high } = this;
    let at = 0;
    for (const end = bytes.length - 7; at < end; at += 8) {
      const x = low ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
      const y = high ^ (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24));
      const a = 1792 + (x & 0xff);
      const b = 1536 + ((x >>> 8) & 0xff);
      const c = 1280 + ((x >>> 16) & 0xff);
      const d = 1024 + (x >>> 24);
      const e = 768 + (y & 0xff);
      const f = 512 + ((y >>> 8) & 0xff);
      const g = 256 + ((y >>> 16) & 0xff);
      const h = y >>> 24;
      low = LOW[a]! ^ LOW[b]! ^ LOW[c]! ^ LOW[d]! ^ LOW[e]! ^ LOW[f]! ^ LOW[g]! ^ LOW[h]!;
      high = HIGH[a]! ^ HIGH[b]! ^ HIGH[c]! ^ HIGH[d]! ^ HIGH[e]! ^ HIGH[f]! ^ HIGH[g]! ^ HIGH[h]!;
    }
    for (; at < bytes.length; at++) {
      const byte = (low ^ bytes[at]!) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ LOW[byte]!;
      high = (high >>> 8) ^ HIGH[byte]!;
    }
    this.low = low;
    this.high = high;
  }

  /** The CRC of everything seen so far, as a signed 64-bit integer (BSON has no unsigned one). */
  digest(): bigint {
    const bits = (BigInt(~this.high >>> 0) << 32n) | BigInt(~this.low >>> 0);
    return BigInt.asIntN(64, bits);
  }
}
