using Dashboard.Components;
using Dashboard.Images;
using OpenStack.Errors;

namespace Dashboard.Launch;

/// <summary>The state of one launch form, and all that can be done with it. The page and its parts only draw it.</summary>
/// <param name="changed">Draws the page again.</param>
internal sealed class LaunchDesk(ILaunchCloud cloud, LaunchDrafts drafts, TimeProvider time, Action changed)
{
    public const int MostAtOnce = 100;

    private LaunchDraft? _draft;

    public Viewer Viewer => cloud.Viewer;
    public LaunchFacts Facts { get; private set; } = default!;
    public LaunchDraft Draft => _draft!;
    public LaunchSpec Spec { get; private set; } = default!;
    public Preflight Check { get; private set; } = default!;

    /// <summary>Newer facts are on their way: the list is as of the last ones.</summary>
    public bool Checking { get; set; }

    /// <summary>The server to be like could not be read; the form begins empty.</summary>
    public Problem? LikeProblem { get; private set; }

    public LaunchFailure? Failure { get; private set; }

    /// <summary>What is on its way; null when nothing is.</summary>
    public IReadOnlyList<Boot>? Boots { get; private set; }

    /// <summary>From the click on Launch until it is known how that went.</summary>
    public bool Busy { get; private set; }

    public bool ProcessOpen { get; set; }
    public bool AccessOpen { get; set; }
    public bool MoreOpen { get; set; }

    /// <summary>The field to put the cursor into at the next drawing.</summary>
    public LaunchField? Wanted { get; set; }

    public QuotaProjection Projection => QuotaProjection.Of(Facts.Limits, Facts.Flavor(Draft.FlavorId), Draft.Count);

    public string Command => LaunchCommand.Write(Spec, Facts);

    /// <summary>When the draft was last kept; null while it is as it began.</summary>
    public DateTimeOffset? KeptAt => drafts.Kept is not null && drafts.Kept == _draft ? drafts.KeptAt : null;

    /// <summary>Begins anew at the next facts.</summary>
    public void Restart()
    {
        _draft = null;
        Failure = null;
        LikeProblem = null;
    }

    /// <summary>Reads the facts; the first ones begin the draft.</summary>
    /// <param name="imageId">The image to launch, or null.</param>
    /// <param name="likeId">The server to be like, or null.</param>
    public async Task<LaunchFacts> AskAsync(string? imageId, string? likeId, CancellationToken cancellationToken)
    {
        var facts = await cloud.GetFactsAsync(cancellationToken);
        _draft ??= await BeginAsync(facts, imageId, likeId, cancellationToken);
        Facts = facts;
        Recheck();
        return facts;
    }

    public void Change(Action<LaunchDraft> change)
    {
        change(Draft);
        drafts.Keep(Draft);
        Recheck();
        changed();
    }

    public void ChooseImage(string id) => Change(draft =>
    {
        draft.ImageId = id;
        var image = Facts.Image(id);
        if (!draft.NameTyped && image is not null)
        {
            draft.Name = LaunchNames.For(image.Name, Names(Facts));
        }

        if (Facts.Flavor(draft.FlavorId) is not { } flavor || FlavorFit.WhyNot(flavor, image) is not null)
        {
            draft.FlavorId = Facts.DefaultFlavor(image)?.Id;
        }
    });

    public void Apply(CheckFix fix)
    {
        if (fix.FlavorId is not null)
        {
            Change(d => d.FlavorId = fix.FlavorId);
        }

        if (fix.Count is { } count)
        {
            Change(d => d.Count = count);
        }

        if (fix.Field is { } field)
        {
            GoTo(field);
        }
    }

    /// <summary>Opens the field's part and puts the cursor there.</summary>
    public void GoTo(LaunchField field)
    {
        ProcessOpen |= field is LaunchField.Command or LaunchField.Entrypoint or LaunchField.WorkingDirectory or LaunchField.Environment;
        AccessOpen |= field is LaunchField.Network or LaunchField.KeyPair;
        MoreOpen |= field is LaunchField.Description;
        Wanted = field;
        changed();
    }

    /// <summary>Launches and follows it to its end.</summary>
    /// <param name="refresh">Asks for newer facts: what was true a minute ago may not be now.</param>
    /// <returns>What runs, when all of it does; null when the form stays.</returns>
    public async Task<IReadOnlyList<Boot>?> LaunchAsync(Func<Task> refresh, CancellationToken cancellationToken)
    {
        if (Busy)
        {
            return null;
        }

        Busy = true;
        Failure = null;
        changed();
        try
        {
            await refresh();
            if (Check.FirstBad is { } bad)
            {
                if (bad.Fix?.Field is { } field)
                {
                    GoTo(field);
                }

                return null;
            }

            var ids = await cloud.LaunchAsync(Spec.ToRequest(), cancellationToken);
            await foreach (var boots in new BootFollower(cloud, time).FollowAsync(ids, Draft.Name.Trim(), cancellationToken))
            {
                Boots = boots;
                changed();
            }

            return Finish(Boots!);
        }
        catch (OpenStackException refused)
        {
            Fail(LaunchFailure.Refused(refused));
            return null;
        }
        finally
        {
            Busy = false;
            changed();
        }
    }

    /// <summary>Removes what the failed launch left. What can't be removed stays named.</summary>
    public async Task DeleteFailedAsync(CancellationToken cancellationToken)
    {
        foreach (var id in Failure?.ServerIds ?? [])
        {
            try
            {
                await cloud.DeleteAsync(id, cancellationToken);
            }
            catch (OpenStackException gone) when (gone.StatusCode == System.Net.HttpStatusCode.NotFound)
            {
                // Somebody was faster.
            }
            catch (OpenStackException refused)
            {
                Failure = Failure! with { DeleteProblem = Problem.Of("The failed instance was not deleted.", refused) };
                changed();
                return;
            }

            Failure = Failure! with { ServerIds = [.. Failure.ServerIds.Where(other => other != id)], Deleted = true, DeleteProblem = null };
            changed();
        }
    }

    private IReadOnlyList<Boot>? Finish(IReadOnlyList<Boot> boots)
    {
        var failed = boots.Where(b => b.Phase is BootPhase.Failed or BootPhase.Gone).ToList();
        if (failed.Count > 0)
        {
            Boots = null;
            Fail(LaunchFailure.Failed(failed));
            return null;
        }

        drafts.Forget();
        return boots;
    }

    private void Fail(LaunchFailure failure)
    {
        Failure = failure;
        if (failure.Field is { } field)
        {
            GoTo(field);
        }
    }

    private async Task<LaunchDraft> BeginAsync(LaunchFacts facts, string? imageId, string? likeId, CancellationToken cancellationToken)
    {
        if (likeId is not null)
        {
            try
            {
                var like = LaunchLike.Of(await cloud.GetServerAsync(likeId, cancellationToken), facts);
                ProcessOpen = like.Overrides > 0;
                return like;
            }
            catch (OpenStackException failed)
            {
                LikeProblem = Problem.Of("The instance to be like could not be read.", failed);
            }
        }

        if (imageId is null && drafts.Kept is { } kept)
        {
            return kept;
        }

        var image = facts.Image(imageId) ?? (imageId is null ? facts.Images.FirstOrDefault(i => i.Launch.Allowed) : null);
        return new LaunchDraft
        {
            ImageId = imageId ?? image?.Id,
            FlavorId = facts.DefaultFlavor(image)?.Id,
            Name = image is null ? "" : LaunchNames.For(image.Name, Names(facts)),
            Network = facts.DefaultNetwork,
        };
    }

    private void Recheck()
    {
        Spec = LaunchSpec.Read(Draft);
        Check = Preflight.Check(Facts, Spec, Viewer);
    }

    private static HashSet<string> Names(LaunchFacts facts) => facts.Servers.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
}
