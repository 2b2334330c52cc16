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
 */
export function createUpdater(parts, onError) {
  let waiting = new Set();
  let running = null;

  async function run() {
    while (waiting.size) {
      const changed = waiting;
      waiting = new Set();
      for (const part of parts) {
        if (!part.needs.some((key) => changed.has(key))) continue;
        try {
          await part.update(changed);
        } catch (error) {
          onError(error);
        }
      }
    }
    running = null;
  }

  return {
    request(changed) {
      for (const key of changed) waiting.add(key);
      running ??= Promise.resolve().then(run);
      return running;
    },
    /** Resolves when every panel shows the current state. */
    settled: async () => {
      while (running) await running;
    },
  };
}
