/*
 * The protocol between a workflow, its workers and the target's side tables, small enough to be searched whole.
 *
 * Two workflows come one after the other to one target. Each has its steps done by attempts. Temporal may give an attempt
 * up at any moment (a frozen worker, a lost packet) and begin the next one; the attempt that was given up is still there,
 * and each statement that it has left to send may arrive at any later moment, or never. `faults` bounds how many are given up.
 *
 * One statement, or one transaction, is one d_step: PostgreSQL makes it atomic, and what locks would order is ordered here
 * in every possible way. Each names the function that sends it.
 *
 * The rules of the first release are chosen by -DOLD_ABORT, -DOLD_END, -DOLD_RAISE, -DOLD_ADOPT, -DOLD_FREE, -DOLD_LATE and
 * -DOLD_LOST, one at a time:
 * each makes an assertion fail. Without them none does.
 */

#include "tables.pml"
#include "statements.pml"
#include "attempts.pml"

/* ---- The workflow: workflows/migration.ts. Two of them, one after the other; Temporal lets only one be open. ---- */

#define begin(start) \
  atomic { sequence++; attempt = 1; sequenceOf[w] = sequence; attemptOf[w] = 1; answerOf[w] = nothing; start } \
  wait(start)

/* Waits for the answer. A worker that says nothing is given up, and the next attempt begins; in the end the step has
   failed for good, and the run waits for its operator; or the operator has the workflow terminated.
   Nobody else works on this run: a step that found itself shut out would block it for ever. */
#define wait(start) \
  do \
  :: atomic { answerOf[w] != nothing -> break } \
  :: atomic { faults > 0 && answerOf[w] == nothing -> faults--; \
       if \
       :: attempt++; attemptOf[w] = attempt; start \
       :: attemptOf[w] = 0; break \
       :: isOpen[w] = false; atWork[w] = NOBODY; goto closed \
       fi } \
  od; \
  mayNotBeFenced

#define isNotFenced assert(answerOf[w] != fenced)
#ifdef ONLY_RETRY /* what a late raise does to a retry is looked for, before what it does to other steps */
#define mayNotBeFenced skip
#else
#define mayNotBeFenced isNotFenced
#endif

proctype Workflow(byte w) {
  byte r; byte e; byte sequence; byte attempt; bool hasRolledBack; bool isComplete; byte how;
  isOpen[w] = true;
  isComplete = (runs[0].state == complete);
  begin(run Preflight(w, sequence, attempt));
  if :: answerOf[w] == nothing -> isOpen[w] = false; goto closed :: else fi;
  atomic { r = answeredRun[w]; e = answeredEpoch[w]; atWork[w] = r };
  if
  :: isComplete ->
     begin(run ApplyChanges(w, r, e, sequence, attempt));
     if :: answerOf[w] == nothing -> how = failed :: else -> how = complete fi;
     goto over
  :: else
  fi;
copying:
  begin(run Copy(w, r, e, sequence, attempt));
  if
  :: answerOf[w] == done -> how = complete; goto over
  :: answerOf[w] == done && isHeld[r] && !isFixed ->
     isFixed = true;
     begin(run PlanRetry(w, r, e, sequence, attempt));
     isNotFenced;
     if :: answerOf[w] == nothing -> how = aborted; goto over :: else -> e = answeredEpoch[w]; goto copying fi
  :: !hasRolledBack -> /* rollbackToStage, after which it is copied anew */
     hasRolledBack = true;
     begin(run Raise(w, r, e, sequence, attempt));
     if :: answerOf[w] == nothing -> how = aborted; goto over :: else -> e = answeredEpoch[w] fi;
     begin(run RollBack(w, r, e, sequence, attempt));
     if :: answerOf[w] == nothing -> how = aborted; goto over :: else -> goto copying fi
  :: how = aborted; goto over
  fi;
over:
  atWork[w] = NOBODY;
  begin(run EndRun(w, r, e, sequence, attempt, how));
#if !defined(OLD_END) && !defined(OLD_ABORT)
  if
  :: answerOf[w] == done && how == complete ->
     e = answeredEpoch[w];
     begin(run ReleaseLease(w, r, e, sequence, attempt))
  :: else
  fi;
#endif
  /* Every ending leaves the target to whoever comes next. */
  assert(answerOf[w] != done || lease != r || runs[r].workflow != w);
  isOpen[w] = false;
closed:
  skip
}

/* A workflow that is at work has the target. */
active proctype Invariant() {
end:
  atomic { atWork[1] != NOBODY && lease != atWork[1] -> assert(false) }
}

init {
  run Workflow(0);
  !isOpen[0] && sequenceOf[0] > 0;
  run Workflow(1)
}
