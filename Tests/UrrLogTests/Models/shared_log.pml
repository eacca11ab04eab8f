/*
 * The shared appender, a reader and overwriting of a partition log, for exhaustive checking with
 * spin: every interleaving of the atomic steps, sequentially consistent (the orderings in the code
 * are what makes the real machine look like that; see LogLayout).
 *
 * RECORDS  records that all producers together append
 * SLOTS    capacity of the log in records
 * DIES     1: a producer may end between its claim and its commit, also before its first store
 * ABANDONS 1: somebody marks the record of a dead producer as aborted
 * OVERWRITES 1: the log overwrites; 0: the reader's committed offset holds it
 *
 * WITHOUT_HOLDS, WITHOUT_MARK_CHECK, WITHOUT_COMPARING leave something out that must not be left
 * out: then the search has to find what goes wrong.
 *
 * One data slot stands for one record: claiming bytes and claiming an offset are one atomic step in
 * the code too (one compare-exchange of both words).
 */
#ifndef RECORDS
#define RECORDS 4
#endif
#ifndef SLOTS
#define SLOTS 2
#endif
#ifndef DIES
#define DIES 0
#endif
#ifndef ABANDONS
#define ABANDONS 0
#endif
#ifndef OVERWRITES
#define OVERWRITES 1
#endif

#define NOBODY 127 /* no hold */
#define CLAIMED(o) ((o) * 4 + 5)
#define COMMITTED(o) ((o) * 4 + 6)
#define ABORTED(o) ((o) * 4 + 7)
#define SETTLED(m, o) ((m) == COMMITTED(o) || (m) == ABORTED(o))

byte claim = 0;    /* next offset */
byte freed = 0;    /* slots of offsets below it may be used again */
byte earliest = 0; /* first offset that is not discarded, as announced to readers */
byte hold = NOBODY; /* offset that the reader pins, or has committed */
byte mark[SLOTS];
byte payload[SLOTS];
byte writers[SLOTS]; /* threads inside a slot's payload: never two, never with a reader */
bool reading[SLOTS];
byte dead = 0;     /* offset of a record whose producer died, plus 1 */
byte finished = 0; /* producers that have ended */
byte delivered = 0, missed = 0, passed = 0;

/* Makes room for the slot of `offset`; done is false where a hold or an unfinished record is in
   the way. One offset at a time is discarded here, a sixteenth of the log in the code. */
inline makeRoom(offset, done) {
    byte seen; byte target;
    seen = freed;
    done = (offset < seen + SLOTS);
    if
    :: done
    :: else ->
        target = seen + 1;
        /* What is discarded must be finished: its appender may still be writing. */
        if
#ifdef WITHOUT_MARK_CHECK
        :: true ->
#else
        :: SETTLED(mark[seen % SLOTS], seen) || freed != seen ->
#endif
            atomic { if :: earliest < target -> earliest = target :: else fi };
            if
#ifndef WITHOUT_HOLDS
            :: hold < target -> done = false
#endif
            :: else ->
                atomic { /* compare-exchange */
                    if
                    :: freed == seen -> freed = target
                    :: else
                    fi
                }
                done = (offset < freed + SLOTS)
            fi
        :: else -> done = false
        fi
    fi
}

proctype Producer() {
    byte offset; byte slot; bool room;
    do
    :: offset = claim;
       if
       :: offset == RECORDS -> break
       :: else
       fi;
       makeRoom(offset, room);
       if
       :: !room -> skip /* full for now: the caller offers again later */
       :: else ->
            atomic { /* compare-exchange */
                if
#ifdef WITHOUT_COMPARING
                :: true -> claim = offset + 1
#else
                :: claim == offset -> claim = offset + 1
#endif
                :: else -> room = false
                fi
            }
            if
            :: !room
            :: else ->
                slot = offset % SLOTS;
                if
                :: true
                :: atomic { DIES && dead == 0 -> dead = offset + 1 }; break
                fi;
                mark[slot] = CLAIMED(offset);
                writers[slot]++;
                assert(writers[slot] == 1 && !reading[slot]);
                payload[slot] = offset;
                writers[slot]--;
                if
                :: mark[slot] = COMMITTED(offset)
                :: atomic { DIES && dead == 0 -> dead = offset + 1 }; break
                fi
            fi
       fi
    od;
    finished++
}

proctype Reader() {
    byte position = 0; byte slot; byte seen;
    do
    :: position == RECORDS -> break
    :: DIES && !ABANDONS && dead == position + 1 ->
        /* Defined: the reader stops at the record of a dead producer, and nothing passes it. */
        break
    :: position < RECORDS ->
        if
        :: OVERWRITES ->
            hold = position; /* pin: sequentially consistent store ... */
            if
            :: earliest > position -> /* ... then load */
                hold = NOBODY;
                seen = earliest;
                missed = missed + (seen - position);
                position = seen;
                goto next
            :: else
            fi
        :: else
        fi;
        slot = position % SLOTS;
        if
        :: mark[slot] == COMMITTED(position) ->
            reading[slot] = true;
            assert(writers[slot] == 0);
            assert(payload[slot] == position);
            reading[slot] = false;
            delivered++;
            position++
        :: mark[slot] == ABORTED(position) -> passed++; position++
        :: else /* not there yet */
        fi;
        if
        :: OVERWRITES -> hold = NOBODY
        :: else -> hold = position /* commit */
        fi;
next:   skip
    od;
    assert(delivered + missed + passed == position);
    if
    :: !DIES || ABANDONS -> assert(position == RECORDS)
    :: else -> assert(position == RECORDS || dead == position + 1)
    fi;
    if
    :: !DIES -> assert(passed == 0)
    :: else -> assert(passed <= 1)
    fi;
    if :: !OVERWRITES -> assert(missed == 0) :: else fi;
    hold = NOBODY
}

proctype Undertaker() {
    byte offset; byte seen;
    if
    :: atomic { dead > 0 -> offset = dead - 1 };
       /* Its own mark, or what an earlier lap left where it died before its first store. */
       seen = mark[offset % SLOTS];
       assert(!SETTLED(seen, offset));
       atomic { /* compare-exchange */
           assert(mark[offset % SLOTS] == seen);
           mark[offset % SLOTS] = ABORTED(offset)
       }
    :: finished == 2 && dead == 0
    fi
}

init {
    atomic {
        /* Under back-pressure a group is attached before anything is appended. */
        if :: !OVERWRITES -> hold = 0 :: else fi;
        run Producer();
        run Producer();
        run Reader();
        if :: ABANDONS -> run Undertaker() :: else fi
    }
}
