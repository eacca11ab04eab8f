/*
 * Discarding and holding in a partition log, of both kinds, for exhaustive checking with spin.
 *
 * One ring of CAPACITY slots; one appender or, with SHARED, two append LAST records; READERS read
 * them. With OVERWRITE readers pin what they read, else their committed offset holds it. A payload
 * is two words, written one after the other: a reader that finds the words of another record has
 * read what was written over. The WITHOUT_ parts leave something out that must not be left out.
 */
#define NONE 15
#ifdef SHARED
#define APPENDERS 2
#else
#define APPENDERS 1
#endif

byte claim = 0, published = 0, freed = 0, earliest = 0;
byte mark[CAPACITY];                  /* offset + 1 of the finished record */
byte first[CAPACITY], second[CAPACITY]; /* two halves of a payload: offset + 1 */
byte pin[READERS] = NONE, committed[READERS];
byte finished = 0;

inline oldestHold(result) {
    result = NONE;
    slot = 0;
    do
    :: slot < READERS ->
        held = pin[slot];
        if :: held < result -> result = held :: else fi;
#ifndef OVERWRITE
        held = committed[slot];
        if :: held < result -> result = held :: else fi;
#endif
        slot++
    :: else -> break
    od
}

inline announce(offset) {
#ifdef SHARED
    atomic { if :: earliest < offset -> earliest = offset :: else fi }
#else
    earliest = offset
#endif
}

/* Discards what keeps `wanted` from having a slot; sets `limit`. */
inline makeRoom(wanted) {
    do
    :: true ->
        seen = freed;
        limit = seen + CAPACITY;
        if :: wanted < limit -> break :: else fi;
        oldestHold(gate);
        if :: gate > wanted -> gate = wanted :: else fi;
        target = wanted + 1 - CAPACITY;
        if :: target > gate -> target = gate :: else fi;
#if defined(SHARED) && !defined(WITHOUT_MARK_CHECK)
        /* Nothing that is unfinished. */
        slot = seen;
        do
        :: slot < target && mark[slot % CAPACITY] == slot + 1 -> slot++
        :: else -> break
        od;
        target = slot;
#endif
        if :: target <= seen -> break :: else fi;
        announce(target);
#ifndef WITHOUT_SECOND_LOOK
        oldestHold(gate);
#endif
        if
        :: gate < target ->
            target = (gate > seen -> gate : seen);
#ifndef SHARED
            announce(target)
#endif
        :: else
        fi;
        atomic { if :: freed == seen -> freed = target :: else fi }
    od
}

active [APPENDERS] proctype appender() {
    byte offset, seen, limit = 0, gate, target, slot, held;
    do
    :: claim >= LAST -> break
    :: claim < LAST ->
        offset = claim;
        if
        :: offset >= limit ->
            makeRoom(offset);
            if
            :: offset >= limit -> goto again   /* full */
            :: else
            fi
        :: else
        fi;
        atomic {
            if
            :: claim == offset && offset < LAST -> claim = offset + 1
            :: else -> goto again
            fi
        };
        first[offset % CAPACITY] = offset + 1;
        second[offset % CAPACITY] = offset + 1;
#ifdef SHARED
        mark[offset % CAPACITY] = offset + 1;
#else
        published = offset + 1;
#endif
        again: skip
    od;
    finished++
}

active [READERS] proctype reader() {
    byte position = 0, end;
    byte me = _pid - APPENDERS;
    do
    :: position >= LAST -> break
    :: position < LAST ->
        end = position;
#ifdef SHARED
        do
        :: end < LAST && mark[end % CAPACITY] == end + 1 -> end++
        :: else -> break
        od;
#ifdef OVERWRITE
        if :: end == position && earliest > position -> end = position + 1 :: else fi;
#endif
#else
        end = published;
#endif
        if :: end <= position -> goto idle :: else fi;
#ifdef OVERWRITE
#ifndef WITHOUT_PIN
        pin[me] = position;
#endif
        if
        :: earliest > position ->
            /* Overrun: on to the earliest. */
            pin[me] = NONE;
            position = earliest;
            goto idle
        :: else
        fi;
#endif
        assert(first[position % CAPACITY] == position + 1);
        assert(second[position % CAPACITY] == position + 1);
        position++;
#ifdef OVERWRITE
        pin[me] = NONE;
#else
        committed[me] = position;
#endif
        idle: skip
    od;
    /* Everything was appended: no reader gets to the end before. */
    assert(claim == LAST)
}
