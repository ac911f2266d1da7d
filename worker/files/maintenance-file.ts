import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { held, placeOf, wrongIn } from '../../engine/messages/input/problems.ts';
import { WHOLE } from '../../engine/messages/input/words.ts';
import type { Message } from '../../engine/messages/message.ts';
import {
  actionNeeds,
  actionUrlForm,
  getHasBody,
  notAbsolutePath,
  nothingToBlock,
  sameActionName,
  wrongInFile,
} from '../../engine/messages/worker/files.ts';
import type { Direction, MaintenanceAction, MaintenanceActions } from '../../operations/maintenance/action.ts';
import type { Environment } from '../environment.ts';
import { fillIn, readJsonFile } from './json-file.ts';

const LONGEST_SECONDS = 600;
const text = z.string().min(1);
const seconds = z.number().positive().max(LONGEST_SECONDS).default(30);
const named = { name: text.max(100).optional() };

const http = z.strictObject({
  ...named,
  kind: z.literal('http'),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  url: text,
  headers: z.record(z.string().regex(/^[\w-]+$/), z.string()).default({}),
  /** JSON is sent as JSON, a text as it is. */
  body: z.json().nullable().default(null),
  expectedStatus: z.number().int().min(100).max(599).nullable().default(null),
  timeoutSeconds: seconds,
});
const command = z.strictObject({
  ...named,
  kind: z.literal('command'),
  argv: z.array(z.string()).min(1),
  env: z.array(text).default([]),
  timeoutSeconds: seconds,
});
const flagFile = z.strictObject({
  ...named,
  kind: z.literal('flagFile'),
  path: text.refine(isAbsolute, held(notAbsolutePath())),
  content: z.string().default(''),
});
const mongodbWriteBlock = z.strictObject({ ...named, kind: z.literal('mongodbWriteBlock'), uri: text.optional() });
const manual = z.strictObject({ ...named, kind: z.literal('manual'), task: text.max(1_000) });

const action = z.discriminatedUnion('kind', [http, command, flagFile, mongodbWriteBlock, manual]);
const file = z.strictObject({ on: z.array(action).min(1), off: z.array(action).min(1) });

type Given = z.infer<typeof action> & { readonly name: string };

/** What a program needs to be found and to work at all, whatever else it is allowed. */
const ALWAYS_PASSED = ['PATH', 'HOME', 'LANG'];

/** The actions, or null with a sentence for everything that is wrong with them; the file's values are in none. */
export interface ReadActions {
  readonly actions: MaintenanceActions | null;
  readonly problems: readonly Message[];
}

/** Actions of a JSON file, `{"on": […], "off": […]}`, with `${NAME}` replaced by the environment's values. */
export function readMaintenanceFile(path: string, environment: Environment): ReadActions {
  const given = readJsonFile('MAINTENANCE_FILE', path);
  if ('problem' in given) return failed([given.problem]);
  const parsed = file.safeParse(given.json);
  if (!parsed.success) {
    return failed(
      parsed.error.issues.map((issue) =>
        wrongInFile({ setting: 'MAINTENANCE_FILE', where: placeOf(issue, WHOLE.file), why: wrongIn(issue) }),
      ),
    );
  }
  const problems: Message[] = [];
  const list = (direction: Direction): MaintenanceAction[] => {
    const actions = parsed.data[direction].map((one, at) => {
      const filler = new Filler(environment, `${direction}.${at}`, problems);
      return filledIn({ ...one, name: one.name ?? `${one.kind} ${at + 1}` }, filler, environment);
    });
    const names = actions.map(({ name }) => name);
    if (new Set(names).size < names.length) problems.push(sameActionName({ direction }));
    return actions;
  };
  const actions = { on: list('on'), off: list('off') };
  return problems.length > 0 ? failed(problems) : { actions, problems: [] };
}

/** Replaces `${NAME}`, and tells what is missing. */
class Filler {
  private readonly environment: Environment;
  private readonly where: string;
  private readonly problems: Message[];

  constructor(environment: Environment, where: string, problems: Message[]) {
    this.environment = environment;
    this.where = where;
    this.problems = problems;
  }

  fill(template: string): string {
    return fillIn(template, this.environment, (name) => this.tell((about) => actionNeeds({ ...about, name })));
  }

  /** For `JSON.stringify`: only texts are filled in, so that no value can break the JSON. */
  readonly inTexts = (_: string, value: unknown): unknown => (typeof value === 'string' ? this.fill(value) : value);

  tell(problem: (about: { readonly where: string }) => Message): void {
    this.problems.push(problem({ where: this.where }));
  }
}

function filledIn(given: Given, filler: Filler, environment: Environment): MaintenanceAction {
  switch (given.kind) {
    case 'http': {
      const { headers, body, ...rest } = given;
      const url = filler.fill(given.url);
      if (!/^https?:\/\/[^\s/]/.test(url) || !URL.canParse(url)) filler.tell(actionUrlForm);
      if (given.method === 'GET' && body !== null) filler.tell(getHasBody);
      const isJson = body !== null && typeof body !== 'string';
      const type = isJson && !Object.keys(headers).some((name) => /^content-type$/i.test(name));
      return {
        ...rest,
        url,
        headers: {
          ...(type && { 'Content-Type': 'application/json' }),
          ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, filler.fill(value)])),
        },
        body:
          body === null ? null : typeof body === 'string' ? filler.fill(body) : JSON.stringify(body, filler.inTexts),
      };
    }
    case 'command': {
      const passed = [...ALWAYS_PASSED, ...given.env].flatMap((name) => {
        const value = environment[name];
        return value === undefined ? [] : [[name, value] as const];
      });
      return { ...given, env: Object.fromEntries(passed) };
    }
    case 'mongodbWriteBlock': {
      const uri =
        given.uri === undefined
          ? (environment['SOURCE_URI'] ?? environment['MONGODB_URI'] ?? '')
          : filler.fill(given.uri);
      if (!/^mongodb(\+srv)?:\/\//.test(uri)) filler.tell(nothingToBlock);
      return { ...given, uri };
    }
    default:
      return given;
  }
}

function failed(problems: readonly Message[]): ReadActions {
  return { actions: null, problems };
}
