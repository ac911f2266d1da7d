/** Another team's models, target and plan: nothing of the platform's. */
import { join } from 'node:path';
import mongoose, { type InferRawDocType } from 'mongoose';
import { definePlan } from '../../../engine/plan/check/define-plan.ts';
import { link, list, number, own, place, reference, text, time } from '../../../engine/plan/declare.ts';
import { membersOf } from '../../../engine/plan/row-builder.ts';
import { stagesOver } from '../../../engine/plan/stage.ts';
import { readSchema } from '../../../prisma/model/read-schema.ts';
import { project } from '../../support/scripts.ts';

/** Where its Prisma schema is. */
export const LIBRARY = join(project, 'tests/engine/migration/library.prisma');

const { Schema } = mongoose;
const authorFields = {
  name: { type: String, required: true },
  born: Date,
  rating: Number,
  seen: { type: Date, required: true },
  scores: [Number],
  books: [{ title: { type: String, required: true }, genre: String, price: { type: Number, required: true } }],
} as const;
const shelfFields = {
  label: { type: String, required: true },
  owner: { type: Schema.ObjectId, ref: 'Author' },
} as const;
const options = { timestamps: true } as const;
// A registry apart: the platform's models may have these names.
const models = new mongoose.Mongoose();
const authors = models.model('Author', new Schema(authorFields, options), 'authors');
const shelves = models.model('Shelf', new Schema(shelfFields, options), 'shelves');

interface Times {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
type RawAuthor = InferRawDocType<typeof authorFields> & Times;
type RawShelf = InferRawDocType<typeof shelfFields> & Times;

interface Rows<Row> {
  readonly operations: { readonly createMany: { readonly args: { readonly data?: readonly Row[] } } };
}
type Genre = 'NOVEL' | 'POEM';
/** What a generated client would say of its rows. */
type Library = {
  readonly Author: Rows<
    Times & { id: string; name: string; born: Date | null; rating: number | null; seen: Date; scores: number[] }
  >;
  readonly Book: Rows<{
    id: string;
    authorId: string;
    place: number;
    title: string;
    genre: Genre | null;
    price: string;
  }>;
  readonly Shelf: Rows<Times & { id: string; label: string; ownerId: string | null }>;
};

const target = await readSchema(LIBRARY);
const defineStage = stagesOver<Library>(target);
const genreOf = membersOf({ Genre: target.enums['Genre']! });

const author = defineStage<RawAuthor>({
  ...{
    name: 'author',
    version: '1',
    collection: 'authors',
    model: authors,
    idCollection: 'author',
    collectionNumber: 1,
  },
  tables: [
    { table: 'Author', root: 'id' },
    { table: 'Book', root: 'authorId' },
  ],
  children: [{ path: 'books', table: 'Book', collection: 'book' }],
  columns: {},
  declares: {
    Author: {
      ...{ id: own(), name: text('name'), born: time('born'), rating: number('rating'), seen: time('seen') },
      ...{ scores: list('scores'), createdAt: time('createdAt'), updatedAt: time('updatedAt') },
    },
    Book: {
      ...{ id: own(), authorId: link(), place: place(), title: text('books.title') },
      ...{ genre: text('books.genre'), price: number('books.price') },
    },
  },
  samples: [
    { path: 'name', column: 'name' },
    { path: 'seen', column: 'seen' },
  ],
  transform(document, to) {
    const { name, born, rating, seen, scores, createdAt, updatedAt } = document;
    to.row('Author', {
      ...{ id: to.id, name, born, seen, createdAt, updatedAt },
      rating: to.float(rating, 'rating'),
      scores: scores.map((score, index) => to.integer(score, `scores.${index}`)),
    });
    for (const book of to.children('books', document.books)) {
      to.row('Book', {
        ...{ id: book.rowId, authorId: to.id, place: book.index, title: book.title },
        genre: book.genre === null ? null : (genreOf('Genre', book.genre) as Genre),
        price: to.decimal(book.price, `${book.at}.price`, 8, 2),
      });
    }
  },
});

const shelf = defineStage<RawShelf>({
  ...{ name: 'shelf', version: '1', collection: 'shelves', model: shelves, idCollection: 'shelf', collectionNumber: 2 },
  tables: [{ table: 'Shelf', root: 'id' }],
  children: [],
  columns: { owner: 'ownerId' },
  declares: {
    Shelf: {
      ...{ id: own(), label: text('label'), ownerId: reference('owner', 'author') },
      ...{ createdAt: time('createdAt'), updatedAt: time('updatedAt') },
    },
  },
  samples: [{ path: 'owner', column: 'ownerId' }],
  transform({ label, owner, createdAt, updatedAt }, to) {
    to.row('Shelf', { ...{ id: to.id, label, createdAt, updatedAt }, ownerId: to.optional(owner) });
  },
});

/** A plan over names that differ from Prisma's everywhere. */
export const library = definePlan({
  name: 'library',
  target,
  stages: [author, shelf],
  idMapOrder: ['author', 'book', 'shelf'],
  policies: {},
});
