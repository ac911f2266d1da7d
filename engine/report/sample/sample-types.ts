/** One field of both sides as it may be shown: masked, harmless, shortened. */
export interface SampleValue {
  readonly path: string;
  readonly column: string;
  readonly legacy: string;
  readonly prisma: string;
  readonly same: boolean;
  /** The code of the finding that tells why the two differ; `default` where the model's default was taken. */
  readonly because: string | null;
}

/** One document beside its row; JSON all through. */
export interface Sample {
  readonly legacyId: string;
  readonly prismaId: string;
  /** The side on which it could not be found any more. */
  readonly missing: 'source' | 'target' | null;
  readonly values: readonly SampleValue[];
}
