using Dashboard.Hosting;

var product = Product.Create(args);
return await product.RunAsync();
