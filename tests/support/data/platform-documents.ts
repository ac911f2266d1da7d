import { type Document, ObjectId } from 'bson';

/** A document and the collection that it stands in. */
export interface Given {
  readonly collection: string;
  readonly document: Document;
}

/**
 * Makes valid documents of the platform, all different. `fields` take the place of the defaults; an undefined one takes
 * its default away.
 */
export class PlatformDocuments {
  #made = 0;
  /** Everything that was made, in the order of `_id`. */
  readonly all: Given[] = [];
  /** A user and a funding project that others refer to. */
  readonly artist = this.user({}).document['_id'] as ObjectId;
  readonly backer = this.user({}).document['_id'] as ObjectId;
  readonly reward = new ObjectId('65000000000000000000aaaa');
  readonly campaign = this.funding({
    rewards: [{ _id: this.reward, title: 'CD', description: 'Signed', amount: 10_000 }],
  }).document['_id'] as ObjectId;

  /** A new ObjectId, greater than those before; its time is 2023-09-12. */
  id(): ObjectId {
    this.#made += 1;
    return new ObjectId(`65000000${this.#made.toString(16).padStart(16, '0')}`);
  }

  user(fields: Document): Given {
    const _id = this.id();
    return this.#add('users', {
      ...{ _id, name: '민수', email: `user${this.#made}@example.com`, password: '$2b$10$abcdefghijklmnopqrstuv' },
      ...TIMES,
      ...fields,
    });
  }

  profile(fields: Document): Given {
    const userId = (fields['userId'] as unknown) ?? this.user({}).document['_id'];
    return this.#add('artists', { _id: this.id(), userId, category: '음악', location: '서울', ...TIMES, ...fields });
  }

  project(fields: Document): Given {
    return this.#add('projects', {
      ...{ _id: this.id(), title: '앨범', description: '새 앨범', artist: this.artist, artistName: '민수' },
      ...{ category: '음악', startDate: DAY, endDate: NEXT_DAY, budget: 1000 },
      ...TIMES,
      ...fields,
    });
  }

  funding(fields: Document): Given {
    return this.#add('fundingprojects', {
      ...{ _id: this.id(), title: '공연', description: '첫 공연', artist: this.artist, artistName: '민수' },
      ...{ category: '공연', goalAmount: 500_000, startDate: DAY, endDate: NEXT_DAY },
      ...{ executionPlan: { totalBudget: 0, stages: [] } },
      ...TIMES,
      ...fields,
    });
  }

  payment(fields: Document): Given {
    const _id = this.id();
    return this.#add('payments', {
      ...{ _id, paymentId: `pay-${this.#made}`, orderId: `order-${this.#made}`, projectId: this.campaign },
      ...{ backerId: this.backer, backerName: '지은', backerEmail: 'jieun@example.com', backerPhone: '010-0000-0000' },
      ...{ amount: 10_000, paymentMethod: 'card' },
      ...TIMES,
      ...fields,
    });
  }

  #add(collection: string, document: Document): Given {
    for (const name of Object.keys(document)) if (document[name] === undefined) delete document[name];
    const given = { collection, document };
    this.all.push(given);
    return given;
  }
}

const DAY = new Date('2024-01-01T00:00:00.000Z');
const NEXT_DAY = new Date('2024-01-02T00:00:00.000Z');
const TIMES = { createdAt: DAY, updatedAt: NEXT_DAY };
