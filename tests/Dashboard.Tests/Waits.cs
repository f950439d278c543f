using System.Runtime.CompilerServices;
using Bunit;

namespace Dashboard.Tests;

/// <summary>The one limit for waiting in these tests: an event ends each wait long before, unless the test fails.</summary>
internal static class Waits
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [ModuleInitializer]
    internal static void Begin() => BunitContext.DefaultWaitTimeout = Limit;
}
