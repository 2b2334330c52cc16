/** The state of the view, in one place; whoever shows something listens here. */

export function createStore(initial) {
  const state = { ...initial };
  const listeners = [];
  return {
    get: (key) => state[key],

    /** A copy of all of the state. */
    all: () => ({ ...state }),

    /** Change some of the state; listeners get the set of keys that really changed. */
    set(changes) {
      const changed = new Set();
      for (const [key, value] of Object.entries(changes)) {
        if (!(key in state)) throw new Error(`no such state: ${key}`);
        if (state[key] === value) continue;
        state[key] = value;
        changed.add(key);
      }
      if (changed.size) for (const listener of listeners) listener(changed);
    },

    onChange(listener) {
      listeners.push(listener);
    },
  };
}

/**
 * Runs the updates of all panels one after the other. Changes that arrive
 * meanwhile are collected and run once, so that fast clicking never queues up.
 * What changes for a part that `isHidden` is kept until it is seen.
 */
export function createUpdater(parts, onError, isHidden = (_part) => false) {
  let waiting = new Set();
  let running = null;
  const kept = new Map(); // part -> what changed for it while nobody saw it

  async function update(part, changed) {
    const mine = new Set(kept.get(part));
    for (const key of part.needs) if (changed.has(key)) mine.add(key);
    if (!mine.size && !kept.has(part)) return;
    if (isHidden(part)) {
      kept.set(part, mine);
      return;
    }
    kept.delete(part);
    try {
      await part.update(mine);
    } catch (error) {
      onError(error);
    }
  }

  async function run() {
    while (waiting.size) {
      const changed = waiting;
      waiting = new Set();
      for (const part of parts) await update(part, changed);
    }
    running = null;
  }

  return {
    /** Draw a part for the first time: at once, or when it is seen. */
    begin(part) {
      kept.set(part, new Set(part.needs));
      return update(part, new Set());
    },
    request(changed) {
      for (const key of changed) waiting.add(key);
      running ??= Promise.resolve().then(run);
      return running;
    },
    /** Resolves when every panel that is seen shows the current state. */
    settled: async () => {
      while (running) await running;
    },
  };
}
