import { Exact, type ExactNumber } from '../../document/exact-number.ts';
import type { FindingCode } from '../../document/findings/finding.ts';
import { DocumentRefused } from '../../document/findings/refusal.ts';
import type { Findings } from '../check-context.ts';

/** The least and the greatest number of a column, and how many decimals it has. */
export interface NumberRange {
  readonly least: ExactNumber;
  readonly most: ExactNumber;
  readonly scale: number;
}

export const INTEGERS: Readonly<Record<'integer' | 'bigint', NumberRange>> = {
  integer: { least: -(2 ** 31), most: 2 ** 31 - 1, scale: 0 },
  bigint: { least: -(2n ** 63n), most: 2n ** 63n - 1n, scale: 0 },
};

/** What `numeric(precision, scale)` holds. */
export function decimals(precision: number, scale: number): NumberRange {
  const most = new Exact(10).pow(precision).minus(1).div(new Exact(10).pow(scale));
  return { least: most.neg(), most, scale };
}

/**
 * A number that its column refused, rounded or set to the nearest end of the column's range where a policy says so, with
 * a finding; it may be refused again for the other reason.
 * @throws the refusal itself where no policy is about it
 */
export function fitted(
  refusal: unknown,
  value: ExactNumber,
  path: string,
  range: NumberRange,
  to: Findings,
): ExactNumber {
  const nearest = refusal instanceof DocumentRefused ? nearestOf(refusal, value, path, range, to) : null;
  if (nearest === null) throw refusal;
  return nearest;
}

function nearestOf(
  { code }: DocumentRefused,
  value: ExactNumber,
  path: string,
  { least, most, scale }: NumberRange,
  to: Findings,
): ExactNumber | null {
  const action = to.actionFor(code, path);
  if (action !== 'round' && action !== 'clamp') return null;
  const exact = new Exact(value.toString());
  const rounded = exact.toDecimalPlaces(scale, Exact.ROUND_HALF_EVEN);
  const nearest = action === 'round' ? rounded : Exact.min(Exact.max(exact, least.toString()), most.toString());
  // A number that is fitting already is refused for another reason, and would be for ever.
  if (nearest.eq(exact)) return null;
  to.finding({ path, code: `${code}=${action}` as FindingCode, oldValue: value, note: nearest.toFixed() });
  return nearest;
}
