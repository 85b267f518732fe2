// Times makers of credentials in interleaved rounds and prints `name ns_per_op ops bytes`, as examples/credential_cost.rs does.
export function measure(makers, rounds = Number(process.argv[2] ?? 7), milliseconds = Number(process.argv[3] ?? 250)) {
  const costs = makers.map(() => ({ times: [], ops: 0, bytes: 0 }));
  // The first rounds warm the compiler and are thrown away.
  for (let round = -2; round < rounds; round++) {
    makers.forEach(([, make], i) => {
      const start = process.hrtime.bigint();
      const end = start + BigInt(milliseconds) * 1000000n;
      let made = 0;
      do {
        for (let k = 0; k < 64; k++) costs[i].bytes = make().length;
        made += 64;
      } while (process.hrtime.bigint() < end);
      if (round < 0) return;
      costs[i].times.push(Number(process.hrtime.bigint() - start) / made);
      costs[i].ops += made;
    });
  }
  makers.forEach(([name], i) => {
    const { times, ops, bytes } = costs[i];
    times.sort((a, b) => a - b);
    console.log(`${name} ${Math.round(times[times.length >> 1])} ${ops} ${bytes}`);
  });
}
