namespace Dashboard.Approvals;

/// <summary>The decisions so far, newest first. It only grows.</summary>
internal interface IDecisionHistory
{
    Task AddAsync(DecisionRow row, CancellationToken cancellationToken);

    Task<IReadOnlyList<DecisionRow>> OfImageAsync(string imageId, CancellationToken cancellationToken);

    Task<IReadOnlyList<DecisionRow>> NewestAsync(int count, CancellationToken cancellationToken);
}
