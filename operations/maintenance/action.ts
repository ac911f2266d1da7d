/** What of a platform's maintenance one action does; see docs/maintenance.md. */
export type MaintenanceAction = { readonly name: string } & (
  | HttpAction
  | CommandAction
  | FlagFileAction
  | WriteBlockAction
  | ManualAction
);

/** A request to a load balancer, a feature-flag service, the platform itself. */
export interface HttpAction {
  readonly kind: 'http';
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Any status from 200 to 299 when null. */
  readonly expectedStatus: number | null;
  readonly timeoutSeconds: number;
}

/** A program that is run without a shell. */
export interface CommandAction {
  readonly kind: 'command';
  readonly argv: readonly string[];
  /** What of the worker's environment the program gets. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

/** A file whose being there is the platform's sign of maintenance. */
export interface FlagFileAction {
  readonly kind: 'flagFile';
  readonly path: string;
  readonly content: string;
}

/** MongoDB itself refuses the writes of everybody who may not bypass that. */
export interface WriteBlockAction {
  readonly kind: 'mongodbWriteBlock';
  /** A user who may run `setUserWriteBlockMode`. */
  readonly uri: string;
}

/** What a person does, who then approves the gate. */
export interface ManualAction {
  readonly kind: 'manual';
  readonly task: string;
}

/** Whether an action is done to begin a maintenance or to end it. */
export type Direction = 'on' | 'off';

/** What a platform's maintenance consists of, each list in the order in which it is carried out. */
export type MaintenanceActions = Readonly<Record<Direction, readonly MaintenanceAction[]>>;
