import { describe, expect, test } from '@jest/globals';
import { homeOf } from '../../../engine/plan/columns/homes.ts';
import { project } from '../../../stages/project.ts';
import { user } from '../../../stages/user.ts';

const inUser = (path: string, name?: string) => homeOf(user, path, name);
const lastLogin = { table: 'User', column: 'lastLogin' };

describe('a field that the model does not know', () => {
  test.each(['lastLogin', 'last_login', 'last-login', 'LastLogin', 'LAST_LOGIN', 'last.login', 'session.lastLogin'])(
    'could be meant for the column of its name: %s',
    (path) => {
      expect(inUser(path)).toEqual(lastLogin);
    },
  );

  test.each(['legacyPoints', '_id', '_class', 'socialLinks._id', 'lastLogins', '', '_', '가나다'])(
    'is nothing to any column: %j',
    (path) => {
      expect(inUser(path)).toBeNull();
    },
  );

  test('with a dot in its name is looked for by all of its name', () => {
    expect(inUser('someone@example.com.name', 'someone@example.com.name')).toBeNull();
    expect(inUser('last.login', 'last.login')).toEqual(lastLogin);
  });

  test('of an array’s elements is looked for in every table that their document fills', () => {
    expect(homeOf(project, 'tasks.3.due_date')).toEqual({ table: 'ProjectTask', column: 'dueDate' });
    expect(homeOf(project, 'tasks.3.colour')).toBeNull();
  });

  test('is left out on purpose where the stage says so, by its path', () => {
    const leaving = { ...project, skips: { 'tasks.due_date': 'an older name, always empty' } };
    expect(homeOf(leaving, 'tasks.3.due_date')).toBeNull();
    expect(homeOf(leaving, 'due_date')).not.toBeNull();
  });
});
