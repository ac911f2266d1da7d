import { BSONType, onDemand } from 'bson';

/**
 * A date of more milliseconds than JavaScript’s Date holds. To JavaScript it is an Invalid Date, as which the BSON library
 * would decode it for good; here its 64 bits are kept.
 */
export class WideDate extends Date {
  readonly milliseconds: bigint;
  constructor(milliseconds: bigint) {
    super(Number.NaN);
    this.milliseconds = milliseconds;
  }

  /** The eight bytes of a BSON date. */
  bytes(): Buffer {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigInt64LE(this.milliseconds);
    return bytes;
  }
}

const MOST = 8_640_000_000_000_000n;
/** The upper halves beyond which a date need not be looked at more closely. */
const UPPER_HALF = Number(MOST >> 32n);

/** Whether the BSON date at a place is beyond JavaScript’s. */
export function isWideDate(bytes: Buffer, at: number): boolean {
  const upper = bytes.readInt32LE(at + 4);
  if (upper < UPPER_HALF && upper >= -UPPER_HALF) return false;
  const milliseconds = bytes.readBigInt64LE(at);
  return milliseconds > MOST || milliseconds < -MOST;
}

/** Puts wide dates in the places of the Invalid Dates of an object or array that was decoded from these bytes. */
export function restoreWideDates(decoded: object, bytes: Uint8Array): void {
  for (const [type, nameAt, nameLength, at, length] of onDemand.parseToElements(bytes)) {
    const payload = Buffer.from(bytes.buffer, bytes.byteOffset + at, length);
    const name = Buffer.from(bytes.buffer, bytes.byteOffset + nameAt, nameLength).toString('utf8');
    const inner: unknown = Object.getOwnPropertyDescriptor(decoded, name)?.value;
    if (type === BSONType.date && isWideDate(payload, 0)) {
      const value = new WideDate(payload.readBigInt64LE());
      Object.defineProperty(decoded, name, { value, enumerable: true, configurable: true, writable: true });
    } else if ((type === BSONType.object || type === BSONType.array) && typeof inner === 'object' && inner !== null) {
      restoreWideDates(inner, payload);
    }
  }
}
