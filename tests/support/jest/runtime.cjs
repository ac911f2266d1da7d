const { join, relative } = require('node:path');
const { pathToFileURL } = require('node:url');

/** Where Jest's framework keeps the handlers of a file's events: the next file has its own. */
const HANDLERS = Symbol.for('EVENT_HANDLERS');

/**
 * Runs a test file as Node runs any module: what it was compiled to, in the process itself. Jest's own runtime evaluates
 * every package anew for every file, in a context that slows all code down; here a process loads each module once.
 * So files of one process share what modules keep: a test must not count on a module that nobody has used before it.
 */
class NativeRuntime {
  #rootDir;
  #environment = { ...process.env };

  constructor({ rootDir }) {
    this.#rootDir = rootDir;
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  async unstable_importModule(file) {
    const compiled = relative(this.#rootDir, file).replace(/\.ts$/, '.js');
    await import(pathToFileURL(join(this.#rootDir, 'dist', compiled)).href);
  }

  /** Jest's framework itself: its state belongs to one file. */
  requireInternalModule(file) {
    delete require.cache[file];
    delete globalThis[HANDLERS];
    return require(file);
  }

  requireModule(file) {
    return require(file);
  }

  /** `globals.mjs` hands them on. */
  setGlobalsForRuntime(globals) {
    globalThis[Symbol.for('globals of the test file')] = globals;
  }

  /** A file's changes to the environment end with it. */
  teardown() {
    for (const name of Object.keys(process.env)) if (!(name in this.#environment)) delete process.env[name];
    Object.assign(process.env, this.#environment);
  }

  enterTestCode() {}
  leaveTestCode() {}
  clearAllMocks() {}
  resetAllMocks() {}
  restoreAllMocks() {}
  resetModules() {}
  getSourceMaps() {
    return new Map();
  }
  getAllCoverageInfoCopy() {
    return {};
  }
}

module.exports = { __esModule: true, default: NativeRuntime };
