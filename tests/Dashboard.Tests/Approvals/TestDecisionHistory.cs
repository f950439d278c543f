using Dashboard.Approvals;

namespace Dashboard.Tests.Approvals;

internal sealed class TestDecisionHistory : IDecisionHistory
{
    public List<DecisionRow> Rows { get; } = [];

    public Task AddAsync(DecisionRow row, CancellationToken cancellationToken)
    {
        Rows.Insert(0, row);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<DecisionRow>> OfImageAsync(string imageId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<DecisionRow>>([.. Rows.Where(r => r.ImageId == imageId)]);

    public Task<IReadOnlyList<DecisionRow>> NewestAsync(int count, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<DecisionRow>>([.. Rows.Take(count)]);
}
