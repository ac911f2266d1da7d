import { type Document, ObjectId } from 'bson';
import { demoDocuments } from '../../../scripts/demo/data/demo-documents.ts';

/** Stands in every text that is nobody's business; each has a number of its own, so that what is found can be named. */
const WORD = 'zqsek';
/** Stands in every `_id`. */
const KEY = 'kqvzt';
/** Stands in every phone and account number, which tools write with and without hyphens. */
const DIGITS = '73915482';
/** Stands in names, which are Korean mostly; these syllables are in no dictionary. */
const SYLLABLES = '뷁쀍';

/** Fields whose texts the models prescribe, and titles of works, which everybody may read and reports show. */
const PUBLIC = new Set([
  ...['category', 'status', 'role', 'genre', 'type', 'paymentMethod', 'paymentProvider', 'approvalStatus', 'priority'],
  ...['title', 'paymentId', 'orderId'],
]);

/** Secrets that have been handed out, and where they are found again. */
export class SeededSecrets {
  readonly #meanings: string[] = [];
  /** Texts that stand in the place of ObjectIds, by their digits. */
  readonly #keys = new Map<string, string>();

  /** A text that has not been before. @param meaning shown when it is found somewhere */
  text(meaning: string): string {
    this.#meanings.push(meaning);
    return `${WORD}${String(this.#meanings.length - 1).padStart(5, '0')}`;
  }

  phone(): string {
    return `010-${DIGITS.slice(0, 4)}-${DIGITS.slice(4)}`;
  }

  /**
   * The demo platform, all of whose texts are secrets, and documents that are refused because of theirs: a driver,
   * Mongoose or PostgreSQL would each like to quote them.
   */
  platform(): Record<string, Document[]> {
    const collections: Record<string, Document[]> = {};
    for (const [name, documents] of Object.entries(demoDocuments({ scale: 0.1, bad: true }))) {
      collections[name] = [...documents].map((document) => this.#seeded(name, document) as Document);
    }
    const { users, payments, projects, fundingprojects, artists } = collections as Record<string, Document[]>;
    const free = (documents: Document[] | undefined, back: number) => documents!.at(-back)!;
    free(users, 1)['email'] = String(free(users, 2)['email']).toUpperCase();
    free(users, 3)['name'] = `${this.text('too long a name')} ${'x'.repeat(60)}`;
    free(users, 4)['role'] = this.text('a role that is none');
    free(users, 5)['createdAt'] = this.text('a date that is none');
    free(users, 6)['bankAccount'] = `${DIGITS.slice(0, 3)}-${DIGITS.slice(3)}`;
    free(users, 7)['bio'] = `${this.text('a NUL')}\0`;
    free(payments, 1)['amount'] = this.text('an amount that is none');
    free(payments, 2)['backerEmail'] = { of: this.text('an object in place of a text') };
    free(payments, 3)['projectId'] = this.text('a reference that is none');
    free(projects, 1)['budget'] = this.text('a budget that is none');
    free(fundingprojects, 1)['backers'] = [{ amount: this.text('an amount inside an array') }];
    free(artists, 1)['category'] = this.text('a category that is none');
    return this.#withTextKeys(collections) as Record<string, Document[]>;
  }

  #seeded(path: string, value: unknown): unknown {
    const name = path.slice(path.lastIndexOf('.') + 1);
    if (typeof value === 'string') return PUBLIC.has(name) || value === '' ? value : this.#instead(path, name);
    if (Array.isArray(value)) return value.map((one) => this.#seeded(path, one));
    if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#seeded(`${path}.${key}`, one)]));
  }

  /** Every `_id`, of documents and of what is in them, is a person's address, and so is every reference to one. */
  #withTextKeys(value: unknown): unknown {
    if (value instanceof ObjectId) {
      const digits = value.toHexString();
      const key = this.#keys.get(digits) ?? `${KEY}${this.#keys.size}@${KEY}.example`;
      this.#keys.set(digits, key);
      return key;
    }
    if (Array.isArray(value)) return value.map((one) => this.#withTextKeys(one));
    if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.#withTextKeys(one)]));
  }

  #instead(path: string, name: string): string {
    const text = this.text(path);
    if (/email/i.test(name)) return `${text}@${text}.example`;
    if (/phone/i.test(name)) return this.phone();
    if (/name$/i.test(name)) return `${SYLLABLES}${text}`;
    return text;
  }

  /** Whether an `_id` stands in a text, plain, as base64 or in hexadecimal digits. */
  hasKey(text: string): boolean {
    return [KEY, ...hidden(KEY)].some((form) => text.includes(form));
  }

  /** What each secret is that stands in a text, plain, escaped, as base64 or in hexadecimal digits. */
  foundIn(text: string): string[] {
    const plain = text.replace(/\\u([0-9a-f]{4})/gi, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
    const found = new Set<string>();
    for (const [word, number] of plain.matchAll(new RegExp(`${WORD}(\\d{0,5})`, 'gi'))) {
      found.add(`${this.#meanings[Number(number)] ?? 'a part of a secret'} (${word})`);
    }
    if (plain.replaceAll('-', '').includes(DIGITS)) found.add('a phone or account number');
    if (plain.includes(SYLLABLES)) found.add('a name');
    for (const part of [WORD, SYLLABLES, DIGITS]) {
      if (hidden(part).some((form) => text.includes(form))) found.add(`${part}, encoded`);
    }
    return [...found];
  }
}

/** A text in hexadecimal digits, and what base64 of any text around it holds at each of its three alignments. */
function hidden(text: string): string[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and last digits hold bits of the neighbours, too.
    return encoded.slice(before === 0 ? 0 : before + 1, -1);
  });
  return [bytes.toString('hex'), ...base64];
}
