/**
 * PostgreSQL's text of a number in a `float8` or `float4`: the fewest digits that tell it from its neighbours, with an
 * exponent where it is small or large (manual, section 8.1.3).
 * @returns null when the column has no such number
 */
export function floatText(number: number, type: string): string | null {
  if (type === 'float4' && !Object.is(Math.fround(number), number)) return null;
  if (!Number.isFinite(number)) return String(number);
  if (number === 0) return Object.is(number, -0) ? '-0' : '0';
  const [mantissa = '', power = '0'] = (type === 'float4' ? shortest(number) : number.toExponential()).split('e');
  const exponent = Number(power);
  const plainBelow = type === 'float4' ? 6 : 15;
  if (exponent >= -4 && exponent < plainBelow) return String(Number(`${mantissa}e${power}`));
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Nine digits tell every number of 32 bits from every other. */
function shortest(number: number): string {
  for (let digits = 0; digits < 9; digits++) {
    const text = number.toExponential(digits);
    if (Math.fround(Number(text)) === number) return text;
  }
  return number.toExponential(9);
}
