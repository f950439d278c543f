return await Dashboard.Hosting.Product.RunAsync(args);
