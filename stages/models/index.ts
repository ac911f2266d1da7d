import { artist } from './artist.ts';
import { fundingProject } from './funding-project.ts';
import { payment } from './payment.ts';
import { project } from './project.ts';
import { user } from './user.ts';

/** The platform's five models, in the order in which their collections are moved. */
export const models = { user, artist, project, fundingProject, payment };
