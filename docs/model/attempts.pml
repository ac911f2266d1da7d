/* ---- Attempts: an activity each. What is still under way when Temporal gives one up may arrive at any time. ---- */

/* The answer counts while the workflow is open and waits for this very attempt. */
inline tell() {
  d_step {
    if
    :: isOpen[w] && sequenceOf[w] == s && attemptOf[w] == a && answerOf[w] == nothing ->
       answerOf[w] = (ok -> done : fenced); answeredRun[w] = r; answeredEpoch[w] = answered
    :: else
    fi
  }
}

/* prepareRun (engine/run/preflight.ts): the run of this very workflow, or the holder's lease freed, and then the unfinished or
   complete run taken over (adoptRun, reopenRun), or a new one (insertRun), whose id follows from the workflow. */
proctype Preflight(byte w; byte s; byte a) {
  byte r; byte answered; byte e; byte holder; bool ok; bool isNew; bool hasEnded;
again: skip;
  d_step { /* readRuns */
    holder = lease;
    isNew = (runs[0].state == absent || runs[0].state == aborted);
    r = (isNew -> w : 0);
    ok = false;
    if
    :: holder != NOBODY -> if :: runs[holder].workflow == w -> ok = true; r = holder :: else fi; e = runs[holder].epoch
    :: else -> e = runs[r].epoch
    fi;
    hasEnded = (!ok && ((runs[0].state != absent && runs[0].workflow == w) || (runs[1].state != absent && runs[1].workflow == w)));
    answered = e
  }
#ifndef OLD_LATE
  /* requireOpen: a late attempt takes nothing, what it finds is for whoever comes next. */
  if :: hasEnded || (!ok && !isOpen[w]) -> goto answer :: else fi;
#endif
  if
  :: ok -> goto answer
  :: !ok && holder != NOBODY && isOpen[1 - w] -> goto answer
  :: !ok && holder != NOBODY && !isOpen[1 - w] ->
     d_step { /* freeLease, letGo (engine/run/lease.ts): only of the run as it was read; one that has its verdict keeps that */
#ifdef OLD_FREE
       runs[holder].state = failed;
       if :: lease == holder -> lease = NOBODY :: else fi
#else
       if
       :: runs[holder].epoch == e && lease == holder && !runs[holder].hasVerdict ->
          runs[holder].state = failed; runs[holder].epoch = e + 1; runs[holder].why = FOR_END + failed;
          runs[holder].hasVerdict = true; shutOut(holder); lease = NOBODY
       :: runs[holder].epoch == e && lease == holder && runs[holder].hasVerdict -> lease = NOBODY
       :: else
       fi
#endif
     }
     goto again
  :: !ok && holder == NOBODY && isNew ->
     d_step { /* insertRun: id and lease are unique */
       if
       :: runs[r].state == absent && lease == NOBODY ->
          runs[r].state = running; runs[r].epoch = 1; runs[r].workflow = w; lease = r; answered = 1; ok = true
       :: else
       fi
     }
  :: else ->
     d_step { /* adoptRun: only of the run as it was read */
       if
#ifdef OLD_ADOPT
       :: lease == NOBODY || lease == r -> runs[r].epoch++; answered = e + 1;
#else
       :: lease == NOBODY && runs[r].epoch == e -> runs[r].epoch = e + 1; answered = e + 1; shutOut(r);
#endif
          runs[r].why = FOR_ADOPTION + w; runs[r].hasVerdict = false;
          runs[r].state = running; runs[r].workflow = w; lease = r; ok = true
       :: else
       fi
     }
  fi;
  /* Somebody was quicker: an earlier attempt of this very step, or a late one of a workflow that is closed. */
  if :: !ok -> goto again :: else fi;
answer: skip;
  tell()
}

/* copySegment, of the collection and then of what is tried again. */
proctype Copy(byte w; byte r; byte e; byte s; byte a) {
  byte from; byte answered; bool ok; bool exists;
  claimPartition(0);
  do
  :: ok && from < DOCUMENTS -> exists = mapped[from] > 0; writeBatch(0, from - 1)
  :: else -> break
  od;
  if
  :: ok && isRetryPlanned[r] ->
     claimPartition(1);
     if :: ok && from == 0 -> exists = mapped[BAD] > 0; writeBatch(1, BAD) :: else fi
  :: else
  fi;
  answered = e;
  tell()
}

proctype Raise(byte w; byte r; byte e; byte s; byte a) {
  byte answered; bool ok = true;
  raiseForRollback();
  tell()
}

proctype RollBack(byte w; byte r; byte e; byte s; byte a) {
  byte answered = e; bool ok = true; byte document;
  resetCheckpoints();
  do
  :: ok && document < DOCUMENTS -> deleteDocument(document); document++
  :: else -> break
  od;
  if
  :: ok -> d_step { /* deleteNotes */ if :: runs[r].epoch == e -> isHeld[r] = false :: else -> ok = false fi }
  :: else
  fi;
  tell()
}

proctype PlanRetry(byte w; byte r; byte e; byte s; byte a) {
  byte answered; bool ok = true;
  planRetry();
  tell()
}

/* applyChanges (engine/sync/apply/apply-changes.ts): a changed document is written over, under a fence of its own. */
proctype ApplyChanges(byte w; byte r; byte e; byte s; byte a) {
  byte from; byte answered = e; bool ok;
  claimPartition(2);
  if
  :: ok -> d_step { if :: isMine(partition[r].part[2]) -> mayCommit() :: else -> ok = false fi }
  :: else
  fi;
  tell()
}

/* concludeRun or, before its time, endRun (activities/run/run-steps.ts). */
proctype EndRun(byte w; byte r; byte e; byte s; byte a; byte how) {
  byte answered = e; bool ok = true;
  endRun(how);
  tell()
}

proctype ReleaseLease(byte w; byte r; byte e; byte s; byte a) {
  byte answered = e; bool ok = true;
  releaseLease();
  tell()
}
