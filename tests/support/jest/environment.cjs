/** No context of its own: tests run in the process itself (`runtime.cjs`). */
class BareEnvironment {
  global = {};

  getVmContext() {
    return null;
  }

  exportConditions() {
    return ['node'];
  }

  async setup() {}
  async teardown() {}
}

module.exports = { __esModule: true, default: BareEnvironment };
