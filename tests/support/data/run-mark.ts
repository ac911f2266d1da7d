/** In the environment of every process that the tests start, however far down: what of it survives the run is a leak. */
export const runMark = 'TEST_RUN_MARK';
