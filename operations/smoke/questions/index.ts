import { defineSmokeTests } from '../define.ts';
import { artistPage } from './artist-page.ts';
import { fundingPage, fundingUpdates } from './funding.ts';
import { login, loginOfNobody } from './login.ts';
import { ownPayments, paymentByOrder } from './payments.ts';
import { projectList } from './projects.ts';

/** The platform's typical queries, in the order in which somebody would meet them. */
export const questions = defineSmokeTests([
  login,
  loginOfNobody,
  artistPage,
  projectList,
  fundingPage,
  fundingUpdates,
  paymentByOrder,
  ownPayments,
]);
