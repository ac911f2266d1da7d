import { isGrpcServiceError, ServiceError } from '@temporalio/client';

/** Whether Temporal, or the worker behind it, has not answered: the client wraps most of gRPC's errors, and not all. */
export function isTemporalTrouble(error: unknown): boolean {
  return error instanceof ServiceError || isGrpcServiceError(error);
}
