/** What `@jest/globals` is to compiled tests (`scripts/test.ts` puts it in their way): the globals of the file that runs. */
const current = () => globalThis[Symbol.for('globals of the test file')];

/** Each file has functions of its own, but this module is loaded once. */
const ofTheFile = (name) =>
  new Proxy(() => {}, {
    apply: (_target, _this, args) => current()[name](...args),
    get: (_target, member) => current()[name][member],
  });

export const afterAll = ofTheFile('afterAll');
export const afterEach = ofTheFile('afterEach');
export const beforeAll = ofTheFile('beforeAll');
export const beforeEach = ofTheFile('beforeEach');
export const describe = ofTheFile('describe');
export const expect = ofTheFile('expect');
export const test = ofTheFile('test');
