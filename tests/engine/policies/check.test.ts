import { describe, expect, test } from '@jest/globals';
import { type Document, ObjectId, serialize } from 'bson';
import { Mongoose, Schema } from 'mongoose';
import { DocumentRefused } from '../../../engine/document/findings/refusal.ts';
import { keyOf } from '../../../engine/document/legacy-key.ts';
import { fieldsOfModel } from '../../../engine/plan/model-fields.ts';
import { policiesOf, type StagePolicies } from '../../../engine/plan/policy/policies.ts';
import { checkDocument } from '../../../engine/transform/check-document.ts';

const schema = new Schema({
  code: { type: String, match: /^[A-Z]+$/ },
  plan: { type: String, match: /^[A-Z]+$/, default: 'FREE' },
  level: { type: Number, min: 1, max: 10 },
  stars: { type: Number, min: 1, max: 5, default: 3 },
  since: { type: Date, min: new Date('2020-01-01'), max: new Date('2030-01-01') },
  label: { type: String, enum: ['a', 'b'] },
});
const fields = fieldsOfModel(new Mongoose().model('Thing', schema) as never);
const _id = new ObjectId('650000000000000000000001');

/** What a document becomes under policies: the field's value and the findings about it, or its refusal. */
function judge(document: Document, declared: StagePolicies): unknown {
  const policies = policiesOf('thing', declared);
  const [name] = Object.keys(document) as [string];
  try {
    const checked = checkDocument({ key: keyOf(_id), bytes: serialize({ _id, ...document }) }, fields, policies);
    const told = checked.findings.filter(({ path }) => path === name).map(({ code, note }) => [code, note]);
    return [checked.fields[name], ...told];
  } catch (error) {
    if (!(error instanceof DocumentRefused)) throw error;
    return error.code;
  }
}

describe('the check', () => {
  test.each<[string, Document, StagePolicies, unknown]>([
    ['a broken rule becomes NULL', { code: 'x1' }, { rule: 'null' }, [null, ['rule=null', undefined]]],
    ['a broken rule becomes the default', { plan: 'x1' }, { rule: 'default' }, ['FREE', ['rule=default', undefined]]],
    ['a field with a default is not NULL', { plan: 'x1' }, { rule: 'null' }, 'rule'],
    ['a field without a default has none', { code: 'x1' }, { rule: 'default' }, 'rule'],
    ['too small becomes NULL', { level: 0 }, { min: 'null' }, [null, ['min=null', undefined]]],
    ['too great becomes NULL', { level: 11 }, { max: 'null' }, [null, ['max=null', undefined]]],
    ['too small becomes the default', { stars: 0 }, { min: 'default' }, [3, ['min=default', '3']]],
    ['too great becomes the bound', { stars: 6 }, { max: 'clamp' }, [5, ['max=clamp', '5']]],
    ['a date is never set to a bound', { since: new Date(0) }, { min: 'clamp' }, 'min'],
    ['but may become NULL', { since: new Date(0) }, { min: 'null' }, [null, ['min=null', undefined]]],
    ['a map is no way to a name of Object', { label: 'toString' }, { enum: { label: { x: 'a' } } }, 'enum'],
    ['what is cast and then NULL is told once', { level: '11' }, { max: 'null' }, [null, ['max=null', undefined]]],
    [
      'what is cast and then clamped twice',
      { level: '11' },
      { max: 'clamp' },
      [10, ['cast', '11'], ['max=clamp', '10']],
    ],
    ['a policy about another refusal does nothing', { level: 11 }, { min: 'clamp' }, 'max'],
    ['a path has its own', { stars: 6 }, { max: { stars: 'default', '*': 'clamp' } }, [3, ['max=default', '3']]],
    ['and others have the rest', { level: 11 }, { max: { stars: 'default', '*': 'clamp' } }, [10, ['max=clamp', '10']]],
  ])('%s', (_, document, declared, expected) => {
    expect(judge(document, {})).toEqual(expect.any(String));
    expect(judge(document, declared)).toEqual(expected);
  });
});
