/** Tells how the open requests stand; each process of intake tells the same. */
import { looking, type Series, type ServiceHandle, type Task } from '@lethe/service';
import { requestsOldest, requestsOpen, requestsOverdue } from './metrics.ts';
import { openStates, type RequestStanding, requestStanding } from './store/request-standing.ts';

export function showStanding(service: Pick<ServiceHandle, 'store' | 'metrics'>): Task {
  return looking(service, 'standing', [requestsOpen, requestsOldest, requestsOverdue], async () => {
    const standing = await requestStanding(service.store);
    const per = (of: (one: RequestStanding) => number): readonly Series<'state'>[] =>
      openStates.map((state) => {
        const found = standing.find((each) => each.state === state);
        return { labels: { state }, value: found === undefined ? 0 : of(found) };
      });
    service.metrics.replace(
      requestsOpen,
      per(({ open }) => open),
    );
    service.metrics.replace(
      requestsOverdue,
      per(({ overdue }) => overdue),
    );
    // A request may say that it was received later than now: it has no age yet.
    service.metrics.replace(
      requestsOldest,
      per(({ oldestMs }) => Math.max(0, oldestMs) / 1_000),
    );
  });
}
