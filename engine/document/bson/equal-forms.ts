import { cohortOf, decimal128At, decimal128Text, parseDecimal128 } from './decimal128.ts';
import { membersOf } from './members.ts';
import { doubleOf, int32Of, int64Of } from './scalars.ts';
import { TYPE } from './types.ts';
import { type BsonValue, isNumber } from './value.ts';

/** A value as it can stand in BSON. */
export interface Form {
  readonly type: number;
  readonly payload: Buffer;
}

/** An object with many numbers has more forms than anybody writes. */
const MOST = 512;

/**
 * The ways to write a value that MongoDB takes for equal, its own first: a number of any type, decimals with up to six
 * places, and objects of such numbers. At most some hundred.
 */
export function equalForms(value: BsonValue): Form[] {
  const own = { type: value.type, payload: value.payload };
  if (isNumber(value)) return [own, ...numberForms(value).filter((form) => !isSame(form, own))];
  return value.type === TYPE.object ? objectForms(value) : [own];
}

const isSame = (a: Form, b: Form) => a.type === b.type && a.payload.equals(b.payload);

function numberForms(value: BsonValue): Form[] {
  const text = finiteText(value);
  if (text === null) return [];
  const decimal = parseDecimal128(text);
  const [near, whole] = [Number(text), wholeOf(decimal)];
  if (value.type === TYPE.double && !isDouble(near, decimal)) return [];
  const forms: Form[] = [];
  if (isDouble(near, decimal)) forms.push(double(near), ...(near === 0 ? [double(-near)] : []));
  if (whole !== null && whole === BigInt.asIntN(64, whole)) {
    forms.push(formOf(TYPE.int64, 8, (to) => to.writeBigInt64LE(whole)));
    if (whole === BigInt.asIntN(32, whole)) forms.push(formOf(TYPE.int32, 4, (to) => to.writeInt32LE(Number(whole))));
  }
  return [...forms, ...cohortOf(decimal).map((payload) => ({ type: TYPE.decimal128, payload }))];
}

/** A number as decimal text, every digit of it; null for NaN and infinities, and a double that 34 digits do not hold. */
function finiteText(value: BsonValue): string | null {
  if (value.type === TYPE.int32) return String(int32Of(value));
  if (value.type === TYPE.int64) return int64Of(value).toString();
  if (value.type === TYPE.double) {
    const number = doubleOf(value);
    if (!Number.isFinite(number)) return null;
    return Number.isInteger(number) && Math.abs(number) < 1e34
      ? BigInt(number).toString()
      : number.toString().toUpperCase();
  }
  const decimal = decimal128At(value.bytes, value.at);
  return decimal.kind === 'finite' ? decimal128Text(decimal) : null;
}

type Decimal = ReturnType<typeof parseDecimal128>;

function wholeOf({ negative, digits, exponent }: Decimal): bigint | null {
  if (digits === 0n) return 0n;
  if (exponent > 30 || exponent < -34) return null;
  const scale = 10n ** BigInt(Math.abs(exponent));
  if (exponent < 0 && digits % scale !== 0n) return null;
  const size = exponent < 0 ? digits / scale : digits * scale;
  return negative ? -size : size;
}

/** Whether a double is this number by all of its binary digits, of which twenty stand behind the point: 0.1 is not. */
function isDouble(near: number, decimal: Decimal): boolean {
  if (!Number.isFinite(near)) return false;
  const whole = wholeOf(decimal);
  if (whole !== null) return BigInt(near) === whole;
  const { negative, digits, exponent } = decimal;
  const scaled = near * 2 ** 20;
  if (!Number.isInteger(scaled) || exponent < -34) return false;
  return BigInt(scaled) * 10n ** BigInt(-exponent) === (negative ? -digits : digits) << 20n;
}

const double = (value: number) => formOf(TYPE.double, 8, (to) => to.writeDoubleLE(value));

function formOf(type: number, size: number, write: (to: Buffer) => void): Form {
  const payload = Buffer.alloc(size);
  write(payload);
  return { type, payload };
}

function objectForms(object: BsonValue): Form[] {
  let bodies: Buffer[] = [Buffer.alloc(0)];
  for (const { name, value } of membersOf(object)) {
    const own = { type: value.type, payload: value.payload };
    const forms = equalForms(value);
    const chosen = bodies.length * forms.length > MOST ? [own] : forms;
    const head = Buffer.from(`${name}\0`);
    bodies = bodies.flatMap((body) =>
      chosen.map(({ type, payload }) => Buffer.concat([body, Buffer.of(type), head, payload])),
    );
  }
  return bodies.map((body) => ({ type: TYPE.object, payload: framed(body) }));
}

function framed(body: Buffer): Buffer {
  const payload = Buffer.alloc(4 + body.length + 1);
  payload.writeInt32LE(payload.length);
  body.copy(payload, 4);
  return payload;
}
