/** Benchmarks by name; each prints ratios against a peer or a bare limit measured in the same run. */
export const benches: Record<
  string,
  { summary: string; load: () => Promise<{ run(args: string[]): Promise<object> }> }
> = {
  api: { summary: '列表、登记、汇总：与裸 Fastify + pg 同轮对比', load: () => import('./api.ts') },
  import: { summary: '导入一万行、十万行杂乱台账', load: () => import('./import.ts') },
}
