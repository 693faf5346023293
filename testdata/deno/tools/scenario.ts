// A scenario as probitas has it: named steps that run in order, each with what the one before returned.

type Run = (previous: unknown) => unknown | Promise<unknown>;

export interface Step {
  name: string;
  run: Run;
}

export interface Scenario {
  name: string;
  steps: Step[];
}

class Builder {
  #scenario: Scenario;

  constructor(name: string) {
    this.#scenario = { name, steps: [] };
  }

  step(name: string, run: Run): this {
    this.#scenario.steps.push({ name, run });
    return this;
  }

  build(): Scenario {
    return this.#scenario;
  }
}

export function scenario(name: string): Builder {
  return new Builder(name);
}
