import { REFUSAL_CODES } from '../../messages/labels/refusals.ts';

/** Why a document cannot move; it goes to quarantine whole, with this code. */
export type RefusalCode = keyof typeof REFUSAL_CODES;

/** The document that a cascade or a duplicate goes back to. */
export interface Cause {
  readonly collection: string;
  readonly legacyId: string;
  readonly code: string;
}

/**
 * Thrown inside the check and the transform of one document when it cannot move. Caught per document: it never
 * harms the batch. The message is the rule, never the value.
 */
export class DocumentRefused extends Error {
  override readonly name = 'DocumentRefused';
  readonly code: RefusalCode;
  readonly path: string | null;
  readonly origin: Cause | null;
  constructor(
    code: RefusalCode,
    path: string | null,
    cause: Cause | null = null,
    message: string = REFUSAL_CODES[code].en,
  ) {
    super(message);
    this.code = code;
    this.path = path;
    this.origin = cause;
  }
}
