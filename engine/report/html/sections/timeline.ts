import { EMPTY, earlierEntries, NOTES } from '../../../messages/report/notes.ts';
import { TIMELINE_MESSAGES, TIMELINE_PHASES, TIMELINE_STAGES, TIMELINE_WORDS } from '../../../messages/report/words.ts';
import type { EntryMessages, TimelineEvent } from '../../facts/run-record.ts';
import type { PageFacts } from '../page-facts.ts';
import { code, type Html, html, label, moment, named, says, sentence } from '../text.ts';

/** What happened to the run, and who did it. */
export function timelineSection({ course: { timeline, forgotten }, messages }: PageFacts): Html {
  if (timeline.length === 0) {
    return html`<p class="none">${label(EMPTY.course)}</p>`;
  }
  return html`<p class="intro">${label(NOTES.timeline)}</p>
  ${forgotten > 0 && html`<p class="note">${says(earlierEntries({ entries: forgotten }))}</p>`}
  <ol class="timeline">${timeline.map((event, i) => entry(event, messages.timeline[i] ?? {}))}</ol>`;
}

function entry(event: TimelineEvent, said: EntryMessages): Html {
  const { kind, name, at, detail } = event;
  if (kind === 'stage') {
    return line(at, 'stage', html`<b>${detail}</b> ${named(TIMELINE_STAGES, name)}`);
  }
  if (kind === 'phase') {
    const why = detail === null ? '' : html`<p>${sentence(detail, said.detail)}</p>`;
    const by = name === 'starting' ? byWhom(event) : '';
    return line(at, `phase ${name}`, html`<b>${named(TIMELINE_PHASES, name)}</b>${by}${why}`);
  }
  return line(at, `message ${event.refused === null ? '' : 'refused'}`, message(event, said));
}

function line(at: string, className: string, body: Html): Html {
  return html`<li class="${className}">${moment(at)}<div>${body}</div></li>`;
}

function message(event: TimelineEvent, said: EntryMessages): Html {
  const { name, detail, way, refused } = event;
  const outcome =
    refused === null
      ? html`<small class="yes">${label(TIMELINE_WORDS.accepted)}</small>`
      : html`<small class="no">${label(TIMELINE_WORDS.refused)}</small><p>${sentence(refused, said.refused)}</p>`;
  return html`<b>${named(TIMELINE_MESSAGES, name)}</b> ${detail === null ? '' : code(detail)}
    <small>${way === 'signal' ? label(TIMELINE_WORDS.signal) : label(TIMELINE_WORDS.update)}</small>${byWhom(event)} ${outcome}`;
}

function byWhom({ by }: TimelineEvent): Html {
  return by === null
    ? html` <small class="none">${label(TIMELINE_WORDS.byUnknown)}</small>`
    : html` <small>${label(TIMELINE_WORDS.by)} <bdi class="who">${by}</bdi></small>`;
}
